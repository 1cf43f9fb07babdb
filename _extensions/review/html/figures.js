// Enlarges a drawing and gives it as PNG. Without it the page, SVG, CSV and the table are the same.
(function () {
  "use strict";
  var assets = document.currentScript.src.replace(/[^/]*$/, "");
  function button(words, act) {
    var made = document.createElement("button");
    made.type = "button";
    made.textContent = words;
    made.addEventListener("click", act);
    return made;
  }
  function enlarge(figure, drawing) {
    var dialog = document.createElement("dialog");
    var caption = figure.querySelector("figcaption");
    dialog.className = "enlarged";
    dialog.setAttribute("aria-label", caption ? caption.textContent.trim().split(". ")[0] : "Figure");
    dialog.appendChild(button("Close", function () { dialog.close(); }));
    dialog.appendChild(drawing.cloneNode(true));
    dialog.addEventListener("close", function () { dialog.remove(); });
    dialog.addEventListener("click", function (event) { if (event.target === dialog) { dialog.close(); } });
    document.body.appendChild(dialog);
    dialog.showModal();
  }
  function withFonts(act) {
    if (window.figureFonts) { act(); return; }
    var script = document.createElement("script");
    script.src = assets + "figure-fonts.js";
    script.addEventListener("load", act);
    document.head.appendChild(script);
  }
  function keep(blob, name) {
    var link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    window.setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
  }
  function paint(drawing, name) {
    var box = drawing.viewBox.baseVal, canvas = document.createElement("canvas"), image = new Image();
    var text = new XMLSerializer().serializeToString(drawing)
      .replace(/>/, "><style>" + window.figureFonts + "</style>");
    canvas.width = Math.round(box.width * 3);
    canvas.height = Math.round(box.height * 3);
    image.addEventListener("load", function () {
      image.decode().then(function () {
        canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
        canvas.toBlob(function (blob) { keep(blob, name); }, "image/png");
      });
    });
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(text);
  }
  Array.prototype.forEach.call(document.querySelectorAll(".figure-tools"), function (tools) {
    var figure = tools.closest("figure"), drawing = figure.querySelector("svg[role=img]");
    var line = tools.querySelector("p"), name = figure.id.replace(/^fig-/, "") + ".png";
    line.insertBefore(button("Enlarge", function () { enlarge(figure, drawing); }), line.firstChild);
    line.appendChild(button("PNG", function () {
      withFonts(function () { paint(drawing, name); });
    }));
  });
})();
