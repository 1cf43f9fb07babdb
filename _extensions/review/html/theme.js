// Light or dark by the reader's choice, else by the system. Runs before the page is drawn.
(function () {
  "use strict";
  var root = document.documentElement, dark = window.matchMedia("(prefers-color-scheme: dark)");
  function stored() { try { return localStorage.getItem("review-theme"); } catch (error) { return null; } }
  function keep(theme) { try { localStorage.setItem("review-theme", theme); } catch (error) { /* not kept */ } }
  function current() { return root.getAttribute("data-theme") || (dark.matches ? "dark" : "light"); }
  var chosen = stored();
  if (chosen === "light" || chosen === "dark") { root.setAttribute("data-theme", chosen); }
  document.addEventListener("DOMContentLoaded", function () {
    var masthead = document.querySelector(".masthead");
    if (!masthead) { return; }
    var button = document.createElement("button");
    button.type = "button";
    button.className = "theme";
    function name() { button.textContent = current() === "dark" ? "Light mode" : "Dark mode"; }
    button.addEventListener("click", function () {
      var next = current() === "dark" ? "light" : "dark";
      root.setAttribute("data-theme", next);
      keep(next);
      name();
    });
    dark.addEventListener("change", name);
    name();
    masthead.appendChild(button);
  });
})();
