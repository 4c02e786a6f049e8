/** A view of plain data that notes every attempt to change it, also those that a `try` hides. */
export function watchWrites<T extends object>(value: T, root: string, note: (path: string) => void): T {
  const views = new WeakMap<object, object>();
  const view = <V>(inner: V, path: string): V => {
    if (typeof inner !== 'object' || inner === null) return inner;
    const known = views.get(inner) as V | undefined;
    if (known !== undefined) return known;
    const refuse = (_target: object, property: PropertyKey): boolean => {
      note(`${path}.${String(property)}`);
      return false;
    };
    const made = new Proxy<V & object>(inner, {
      get: (target, property) => view(Reflect.get(target, property) as unknown, `${path}.${String(property)}`),
      set: refuse,
      deleteProperty: refuse,
      defineProperty: refuse,
      setPrototypeOf: () => refuse(inner, '__proto__'),
    });
    views.set(inner, made);
    return made;
  };
  // The original may be frozen, and a view of a frozen object may not hand out views of its parts.
  return view(structuredClone(value), root);
}
