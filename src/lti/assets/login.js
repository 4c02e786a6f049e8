// Looks whether this browser gave the login's cookie back; only then does the platform's single-use hint get spent.
(() => {
  const { probe, next } = document.currentScript.dataset;
  const offerWindow = () => {
    document.getElementById('opening').hidden = true;
    document.getElementById('window').classList.add('offered');
    document.querySelector('#window button').focus();
  };
  fetch(probe, { headers: { Accept: 'application/json' }, cache: 'no-store' })
    .then((answer) => answer.json())
    .then(({ cookieCameBack }) => (cookieCameBack ? location.replace(next) : offerWindow()))
    .catch(offerWindow);
})();
