// Tells a reader that a table or a figure goes on beyond its box. Without it shadows say so.
(function () {
  "use strict";
  var boxes = document.querySelectorAll("figure .table-box[role=region]");
  var hints = new Map();
  var figures = document.querySelectorAll("figure.float-fig > p:has(> :is(img, svg))");
  function said(box) {
    var wide = box.scrollWidth > box.clientWidth + 1, tall = box.scrollHeight > box.clientHeight + 1;
    if (!box.matches(".table-box")) { return wide ? "Scroll sideways for the whole figure." : ""; }
    return wide && tall ? "Scroll for more rows and columns." :
      wide ? "Scroll sideways for more columns." : tall ? "Scroll for more rows." : "";
  }
  function mark(box) {
    var hint = hints.get(box);
    if (!hint) {
      hint = document.createElement("p");
      hint.className = "table-hint";
      box.parentNode.insertBefore(hint, box);
      hints.set(box, hint);
    }
    box.classList.toggle("tall", box.scrollHeight > box.clientHeight + 1);
    hint.textContent = said(box);
    hint.hidden = !hint.textContent;
  }
  function markFigure(box) {
    mark(box);
    if (said(box)) { box.tabIndex = 0; } else { box.removeAttribute("tabindex"); }
  }
  function markAll() {
    Array.prototype.forEach.call(boxes, mark);
    Array.prototype.forEach.call(figures, markFigure);
  }
  markAll();
  window.addEventListener("resize", markAll);
  window.addEventListener("load", markAll);
  if (!("ResizeObserver" in window)) { return; }
  var watch = new ResizeObserver(markAll);  // a table is filtered, a figure arrives late
  Array.prototype.forEach.call(boxes, function (box) { watch.observe(box.querySelector("table")); });
  Array.prototype.forEach.call(figures, function (box) { watch.observe(box.firstElementChild); });
})();
