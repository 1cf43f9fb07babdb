// Draws the rows of a table that are shown, each at the value and interval that it prints.
// The table says the same in words, so that the drawing is hidden from screen readers.
(function () {
  "use strict";
  var LINE = 20, NAME = 236, PLOT = 300, WIDE = 760, MOST = 40;
  var PRINTED = /^[^\d]{0,2}(\d+(?:\.\d+)?)%?[^(]*\((?:[^)]*?CI )?(\d+(?:\.\d+)?) to (\d+(?:\.\d+)?)/;

  function draw(parent, tag, attributes, text) {
    var made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    Object.keys(attributes).forEach(function (name) { made.setAttribute(name, attributes[name]); });
    if (text) { made.textContent = text; }
    return parent.appendChild(made);
  }
  function values(line) {
    var cell = line.cells.filter(function (text) { return PRINTED.test(text); })[0];
    var found = cell && PRINTED.exec(cell).slice(1, 4).map(parseFloat);
    if (found) { found.text = cell.split(";")[0]; }
    return found;
  }
  function shortened(text) { return text.length > 36 ? text.slice(0, 35) + "…" : text; }

  // `pooled` tells which lines are those of a pooled value.
  window.drawExplored = function (box, lines, pooled) {
    var drawn = lines.filter(values);
    box.textContent = "";
    box.hidden = !drawn.length || drawn.length > MOST;
    if (box.hidden) { return; }
    var high = LINE * drawn.length + 30;
    var lowest = Math.min.apply(null, drawn.map(function (line) { return values(line)[1]; }));
    var first = Math.min(80, Math.floor(lowest / 20) * 20);
    function x(value) { return NAME + PLOT * (value - first) / (100 - first); }
    var chart = draw(box, "svg", { viewBox: "0 0 " + WIDE + " " + high, "aria-hidden": "true" });
    for (var tick = first; tick <= 100; tick += 20) {
      draw(chart, "line", { x1: x(tick), x2: x(tick), y1: 0, y2: high - 22, "class": "grid" });
      draw(chart, "text", { x: x(tick), y: high - 6, "text-anchor": "middle" }, tick + "%");
    }
    drawn.forEach(function (line, at) {
      var y = LINE * at + 12, found = values(line), bold = pooled(line) ? "pooled" : "";
      draw(chart, "text", { x: 0, y: y + 4, "class": bold }, shortened(line.cells[0]));
      if (bold) {
        draw(chart, "path", { d: "M" + x(found[1]) + " " + y + "L" + x(found[0]) + " " + (y - 6) + "L"
          + x(found[2]) + " " + y + "L" + x(found[0]) + " " + (y + 6) + "Z", "class": "diamond" });
      } else {
        draw(chart, "line", { x1: x(found[1]), x2: x(found[2]), y1: y, y2: y, "class": "reach" });
        draw(chart, "circle", { cx: x(found[0]), cy: y, r: 4 });
      }
      draw(chart, "text", { x: NAME + PLOT + 10, y: y + 4, "class": bold },
        found.text);
    });
  };
})();
