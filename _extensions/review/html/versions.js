// In a published folder (…/v/<version>/…) tells which versions there are, and on an old one
// that it is superseded. Elsewhere, and without v/versions.js, nothing happens.
(function () {
  "use strict";
  var here = /^(.*\/v\/)(\d+\.\d+\.\d+[^\/]*)\/(.*)$/.exec(location.href.split(/[?#]/)[0]);
  if (!here) { return; }
  var root = here[1], version = here[2], page = here[3];
  if (page === "" || page.slice(-1) === "/") { page += "index.html"; }

  function make(name, className, text) {
    var element = document.createElement(name);
    if (className) { element.className = className; }
    if (text) { element.textContent = text; }
    return element;
  }

  // 2026-08-31 as 31 August 2026.
  function spoken(date) {
    var months = ["January", "February", "March", "April", "May", "June", "July", "August",
      "September", "October", "November", "December"], parts = date.split("-");
    return Number(parts[2]) + " " + months[Number(parts[1]) - 1] + " " + parts[0];
  }

  // The same page of another version; where that has none, the first page of its edition.
  function counterpart(other) {
    var edition = page.split("/")[0] + "/index.html";
    if (other.pages.indexOf(page) >= 0) { return page; }
    return other.pages.indexOf(edition) >= 0 ? edition : "index.html";
  }

  // The place on the page goes along, also when the reader has moved since.
  function linkTo(other, text) {
    var link = make("a", "", text), target = counterpart(other);
    function point() {
      link.href = root + other.version + "/" + target + (target === page ? location.hash : "");
    }
    point();
    window.addEventListener("hashchange", point);
    return link;
  }

  function chooser(versions) {
    var box = make("details", "versions"), list = make("ul");
    box.appendChild(make("summary", "", "Versions"));
    versions.forEach(function (other, index) {
      var item = make("li"), link = linkTo(other, "Version " + other.version);
      if (other.version === version) { link.setAttribute("aria-current", "true"); }
      item.appendChild(link);
      item.appendChild(make("span", "", [spoken(other.date), other.status].concat(
        index ? [] : ["newest"]).join(" · ")));
      list.appendChild(item);
    });
    box.appendChild(list);
    return box;
  }

  function notice(newest) {
    var box = make("aside", "superseded"), text = make("p");
    box.setAttribute("aria-label", "A newer version");
    text.appendChild(make("strong", "", "Version " + version + " is superseded by version "
      + newest.version + " of " + spoken(newest.date) + "."));
    text.appendChild(document.createTextNode(" "));
    text.appendChild(linkTo(newest, counterpart(newest) === page
      ? "Go to this place in version " + newest.version
      : "Version " + newest.version + " has no such page: go to its first page"));
    box.appendChild(text);
    return box;
  }

  function show() {
    var known = window.reviewVersions;
    if (!known || known.format !== 1 || !known.versions.length) { return; }
    var head = document.querySelector(".masthead") || document.querySelector("main");
    var main = document.querySelector("main") || document.body;
    if (head) { head.appendChild(chooser(known.versions)); }
    if (known.versions[0].version !== version) {
      main.insertBefore(notice(known.versions[0]), main.firstChild);
    }
  }

  var script = document.createElement("script");
  script.src = root + "versions.js";
  script.onload = show;
  document.head.appendChild(script);
})();
