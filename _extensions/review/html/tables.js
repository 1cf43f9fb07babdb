// Tells a reader that a table is wider than its box. Without it shadows at its edges say so.
(function () {
  "use strict";
  var boxes = document.querySelectorAll("figure .table-box[role=region]");
  function mark(box) {
    var hint = box.previousElementSibling;
    if (!hint || hint.className !== "table-hint") {
      hint = document.createElement("p");
      hint.className = "table-hint";
      hint.textContent = "Scroll sideways for more columns.";
      box.parentNode.insertBefore(hint, box);
    }
    hint.hidden = box.scrollWidth <= box.clientWidth + 1;
  }
  function markAll() { Array.prototype.forEach.call(boxes, mark); }
  markAll();
  window.addEventListener("resize", markAll);
})();
