// Where an entry stands: at a claim of the ledger its rows, papers and pages; at a reference the
// figures that rest on it; at an evidence row the figures made of it. A classic script.
(function () {
  "use strict";
  var search = window.reviewSearch, MOST = 8, trail = null;
  if (!search) { return; }
  var make = search.make;

  function link(text, addresses) {
    var href = search.address(addresses || []);
    return href ? make("a", { href: href }, text) : make("span", {}, text);
  }
  function items(name, links) {
    if (!links.length) { return []; }
    var shown = links.slice(0, MOST).map(function (one) { return make("li", {}, one); });
    if (links.length > MOST) {
      shown.push(make("li", {}, "and " + (links.length - MOST) + " more"));
    }
    return [make("h2", {}, name), make("ul", {}, shown)];
  }
  function links(claim) { return window.reviewIndex.links[claim.i]; }
  function claimLink(claim) { return link(claim.t, claim.a); }
  function rowName(address) { return address.replace(/^.*#row-/, ""); }
  function pageName(address) {
    var topic = window.reviewIndex.words.covers.topics.filter(function (one) {
      return one[1] === address.split("#")[0];
    })[0];
    return topic ? topic[0] : address;
  }

  function ofClaim(claim) {
    var cites = window.reviewIndex.words.cites, seen = {};
    var places = links(claim)[0].filter(function (address) {
      var name = pageName(address), first = !seen[name];
      seen[name] = true;
      return first;
    });
    return [make("p", {}, make("strong", {}, claim.t))].concat(
      items("Evidence rows", links(claim)[1].map(function (row) { return link(rowName(row), row); })),
      items("Sources", claim.k.map(function (key) {
        return link((cites[key] || [key])[0], (cites[key] || [])[1]);
      })),
      items("Printed in", places.map(function (address) { return link(pageName(address), address); })));
  }
  function content(name) {
    var claims = window.reviewIndex.claims;
    if (/^claim-/.test(name)) {
      var found = claims.filter(function (claim) { return "claim-" + claim.i === name; })[0];
      return found ? ofClaim(found) : [];
    }
    var using = claims.filter(function (claim) {
      return /^ref-/.test(name) ? claim.k.indexOf(name.slice(4)) >= 0
        : links(claim)[1].some(function (row) { return row.split("#")[1] === name; });
    });
    var title = /^ref-/.test(name) ? "Figures that rest on this source" : "Figures made of this row";
    return items(title, using.map(claimLink));
  }
  function close() { if (trail) { trail.remove(); trail = null; } }
  function show() {
    var name = decodeURIComponent(window.location.hash.slice(1));
    close();
    if (!/^(claim|row|ref)-/.test(name) || !document.getElementById(name)) { return; }
    search.ready(function () {
      var parts = content(name);
      if (!parts.length) { return; }
      close();
      var button = make("button", { type: "button" }, "Close");
      button.addEventListener("click", close);
      trail = make("aside", { "class": "trail", "aria-label": "Where this entry stands" },
        parts.concat(button));
      document.body.append(trail);
    });
  }
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") { close(); } });
  window.addEventListener("hashchange", show);
  show();
})();
