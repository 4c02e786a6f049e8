// Stands inline before the player's own script.
(() => {
  // First of all: from here on a reload is a GET, and never posts the LMS's token again.
  const { grant, publicPath } = JSON.parse(document.getElementById('view').textContent);
  history.replaceState({ grant }, '', publicPath);

  // In a frame with blocked third-party storage the mere look at localStorage throws, and the player with it.
  const memoryStorage = () => {
    const items = new Map();
    return {
      getItem: (key) => items.get(String(key)) ?? null,
      setItem: (key, value) => void items.set(String(key), String(value)),
      removeItem: (key) => void items.delete(String(key)),
      clear: () => items.clear(),
      key: (index) => [...items.keys()][index] ?? null,
      get length() {
        return items.size;
      },
    };
  };
  for (const name of ['localStorage', 'sessionStorage']) {
    try {
      void window[name].length;
    } catch {
      Object.defineProperty(window, name, { configurable: true, value: memoryStorage() });
    }
  }
})();
