// Cards of claims and of references: a pause of the mouse or focus shows one, a click, tap or Enter
// pins it, Escape closes it. A classic script, so that it works from file://. Without it a claim is
// a link to the ledger, a citation one to the list of references.
(function () {
  "use strict";
  var source = document.getElementById("claim-cards");
  if (!source) { return; }
  var data = JSON.parse(source.textContent);
  var LEAVE = 300, PAUSE = 250, EDGE = 8, OPENERS = "a[data-claim], .citation a";
  var card = null, owner = null, pinned = false, timer = 0, quiet = false;

  function make(tag, content, className) {
    var element = document.createElement(tag);
    if (className) { element.className = className; }
    [].concat(content == null ? [] : content).forEach(function (part) { element.append(part); });
    return element;
  }
  // Words are shared: 0 is none. An entry of a page is named by the page and its identifier.
  function at(place, name) { return place ? data.words[place] + "#" + name : ""; }
  function way(text, href) {
    var link = make(href ? "a" : "span", text);
    if (href) { link.href = href; }
    return link;
  }
  function entry(list, name, content) {
    if (content) { list.append(make("div", [make("dt", name), make("dd", content)])); }
  }
  function referenceOf(link) {
    var key = link.dataset.claim ? null : decodeURIComponent(link.hash).replace("#ref-", "");
    return key && data.cited[key];
  }
  function linkOf(target) {
    var link = target.closest && target.closest(OPENERS);
    return link && (data.claims[link.dataset.claim] || referenceOf(link)) ? link : null;
  }

  function sourceLink(index) {
    var found = data.sources[index];
    return way(found[0], at(found[2], "ref-" + found[1]));
  }
  function sourceItem(index) {
    return make("li", [sourceLink(index), make("small", data.words[data.sources[index][3]])]);
  }
  function rowItem(index) {
    var row = data.rows[index];
    var figures = (row[1] ? ", " + row[1] : "") + (row[2] ? ", printed " + row[2] : "");
    var found = [row[4] < 0 ? "" : sourceLink(row[4]), row[3],
      row[5] ? "read in " + data.words[row[5]] : ""].filter(Boolean);
    var line = make("small");
    found.forEach(function (part, number) { line.append(number ? "; " : "", part); });
    return make("li", [way(row[0], at(row[8], "row-" + row[7])), figures, line]);
  }
  function listOf(indices, make_item, all, href) {
    var items = (indices || []).map(make_item);
    if (items.length && all > items.length) {
      items.push(make("li", way("and " + (all - items.length) + " more in the ledger", href)));
    }
    return items.length ? make("ul", items) : "";
  }
  function checked(claim) {
    var read = data.words[claim.v], rows = claim.n || 0;
    if (!rows) { return ""; }
    return (read ? "Read in: " + read + ". " : "") + (claim.d
      ? claim.d + " of " + rows + " rows checked by a second person." : "No second person checked it.");
  }

  function button(text, act) {
    var made = make("button", text, text === "Close" ? "card-close" : "");
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  }
  function named(element, id) {
    element.id = id;
    return element;
  }
  function fill(link) {
    var ways = make("div", null, "card-ways"), said = make("p", null, "card-said");
    said.setAttribute("role", "status");
    ways.append.apply(ways, referenceOf(link) ? [way("Open in the list of references", link.href)]
      : [button("Copy this claim", function () { copyClaim(link); }), way("Open in the ledger", link.href)]);
    ways.append(button("Close", function () { hide(true); }));
    return (referenceOf(link) ? ofReference(referenceOf(link)) : ofClaim(link)).concat(ways, said);
  }
  function ofReference(reference) {
    var words = reference[1].split(/(https?:\/\/[^\s]+[^\s.,\]])/).map(function (part, number) {
      return number % 2 ? way(part, part) : part;
    });
    return [named(make("p", reference[0], "card-about"), "card-about"),
      named(make("p", words, "card-words"), "card-figure")];
  }
  function ofClaim(link) {
    var claim = data.claims[link.dataset.claim], list = make("dl");
    entry(list, "Certainty", claim.g || "not judged for this figure");
    entry(list, "Data cut-off", claim.c);
    entry(list, "How computed", data.words[claim.m]);
    entry(list, "How checked", checked(claim));
    entry(list, "Evidence", listOf(claim.r, rowItem, claim.n, link.href));
    entry(list, "Sources", listOf(claim.s, sourceItem, claim.k, link.href));
    entry(list, "In R", claim.x ? way("Compute it again", claim.x) : "");
    var others = listOf(claim.o, function (other) {
      return make("li", way(other[2], at(other[1], "claim-" + other[0])));
    }, 0, "");
    var same = others ? make("details", [make("summary", "Same evidence"), others]) : "";
    return [named(make("p", claim.h, "card-about"), "card-about"),
      named(make("p", claim.t, "card-figure"), "card-figure"), list, same];
  }

  function sentence(link) {
    var claim = data.claims[link.dataset.claim];
    var cited = (claim.s || []).map(function (index) { return data.sources[index][0]; });
    if (claim.k > cited.length) { cited.push("and " + (claim.k - cited.length) + " more"); }
    return link.textContent.trim() + " – " + (claim.h ? claim.h + ": " : "") + claim.t + ". "
      + (claim.c ? "Data cut-off " + claim.c + ". " : "")
      + "Certainty: " + (claim.g || "not judged for this figure") + ". "
      + (cited.length ? "Source: " + cited.join("; ") + ". " : "")
      + "From: " + data.title + ", version " + data.version + ", content " + data.hash + ". "
      + link.href;
  }
  function copyClaim(link) {
    var text = sentence(link);
    function say(words) { card.querySelector(".card-said").textContent = words; }
    function byHand() {
      var field = make("textarea", text);
      field.className = "card-copy";
      field.setAttribute("aria-label", "Text of the claim");
      card.append(field);
      field.select();
      var done = false;
      try { done = document.execCommand("copy"); } catch (error) { /* say so below */ }
      if (done) { field.remove(); card.focus({ preventScroll: true }); }
      say(done ? "Copied." : "Copying is not allowed here: the text is marked below, copy it from there.");
    }
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(text).then(function () { say("Copied."); }, byHand);
    } else { byHand(); }
  }

  function place(link) {
    var box = link.getClientRects()[0] || link.getBoundingClientRect();
    var room = document.documentElement.clientWidth, height = window.innerHeight;
    var below = height - box.bottom - 2 * EDGE, above = box.top - 2 * EDGE;
    card.style.maxHeight = "none";
    var under = card.offsetHeight <= below || below >= above;
    var most = Math.max(under ? below : above, Math.min(height - 2 * EDGE, 120));
    card.style.maxHeight = most + "px";
    var tall = Math.min(card.offsetHeight, most);
    var top = under ? box.bottom + 4 : box.top - 4 - tall;
    top = Math.max(EDGE, Math.min(top, height - tall - EDGE));
    var left = Math.max(EDGE, Math.min(box.left, room - card.offsetWidth - EDGE));
    card.style.top = top + window.scrollY + "px";
    card.style.left = left + window.scrollX + "px";
  }
  function show(link, pin) {
    window.clearTimeout(timer);
    if (owner !== link) {
      hide(false);
      card = make("div", fill(link), "claim-card");
      card.id = "claim-card";
      card.setAttribute("role", "dialog");
      card.setAttribute("aria-labelledby", "card-about card-figure");
      card.tabIndex = -1;
      card.addEventListener("mouseenter", function () { window.clearTimeout(timer); });
      card.addEventListener("mouseleave", later);
      document.body.append(card);
      owner = link;
      owner.setAttribute("aria-describedby", "card-figure");
      place(link);
    }
    if (!pin) { return; }
    pinned = true;
    card.classList.add("pinned");
    owner.setAttribute("aria-expanded", "true");
    card.focus({ preventScroll: true });
  }
  function hide(giveBack) {
    window.clearTimeout(timer);
    if (!card) { return; }
    var link = owner;
    card.remove();
    link.removeAttribute("aria-describedby");
    link.setAttribute("aria-expanded", "false");
    card = owner = null;
    pinned = false;
    if (giveBack) { quiet = true; link.focus({ preventScroll: true }); quiet = false; }
  }
  function later() {
    window.clearTimeout(timer);
    if (!pinned) { timer = window.setTimeout(function () { hide(false); }, LEAVE); }
  }

  Array.prototype.forEach.call(document.querySelectorAll(OPENERS), function (link) {
    if (linkOf(link) !== link) { return; }
    link.setAttribute("aria-haspopup", "dialog");
    link.setAttribute("aria-expanded", "false");
    link.addEventListener("pointerenter", function (event) {
      if (event.pointerType !== "mouse" || pinned) { return; }
      window.clearTimeout(timer);
      timer = window.setTimeout(function () { show(link, false); }, PAUSE);
    });
    link.addEventListener("pointerleave", function (event) {
      if (event.pointerType === "mouse" && document.activeElement !== link) { later(); }
    });
    link.addEventListener("focus", function () {
      if (!quiet && link.matches(":focus-visible")) { show(link, false); }
    });
    link.addEventListener("blur", function (event) {
      if (!pinned && !(card && card.contains(event.relatedTarget))) { later(); }
    });
  });
  document.addEventListener("click", function (event) {
    var link = linkOf(event.target);
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      if (pinned && owner === link) { hide(true); } else { show(link, true); }
    } else if (card && !card.contains(event.target)) { hide(false); }
  });
  document.addEventListener("keydown", function (event) {
    if (!card) { return; }
    if (event.key === "Escape") {
      event.preventDefault();
      hide(pinned || card.contains(document.activeElement));
    } else if (event.key === "Tab" && pinned && card.contains(document.activeElement)) {
      var stops = card.querySelectorAll("a[href], button, textarea");
      var edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
      if (document.activeElement === edge || (event.shiftKey && document.activeElement === card)) {
        event.preventDefault();
        hide(true);
      }
    }
  });
  window.addEventListener("resize", function () { if (card) { place(owner); } });
})();
