// Small things of the house's screens: copying, and forms that say what they would do.
(() => {
  "use strict";
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copies]");
    if (!button) return;
    const from = document.getElementById(button.dataset.copies);
    const text = from.value === undefined ? from.textContent : from.value;
    const said = () => window.desk.toast(button.dataset.said);
    const choose = () => {
      getSelection().selectAllChildren(from);  // by hand, then: not every address of the desk may write to the clipboard
      document.execCommand("copy");
      said();
    };
    if (navigator.clipboard) navigator.clipboard.writeText(text).then(said, choose);
    else choose();
  });
})();
