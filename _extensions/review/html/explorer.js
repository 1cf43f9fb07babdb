// Filter, sort and download a table where it stands; choose one subset of a synthesis.
// A classic script: works from file://. It shows and hides what the page holds and computes
// no figure. Without it every row is there.
(function () {
  "use strict";
  var collator = new Intl.Collator("en", { numeric: true });
  var ids = 0;

  function make(tag, attributes, text) {
    var element = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) {
      element.setAttribute(name, attributes[name]);
    });
    if (text) { element.textContent = text; }
    return element;
  }
  function all(root, selector) { return Array.prototype.slice.call(root.querySelectorAll(selector)); }
  function words(element) { return element.textContent.replace(/\s+/g, " ").trim(); }
  function unique(list) {
    return list.filter(function (item, at) { return item && list.indexOf(item) === at; });
  }

  function read(table) {
    var group = { heading: null, name: "" }, lines = [];
    all(table, "tbody > tr").forEach(function (row, at) {
      if (row.querySelector(".gt_group_heading") || row.classList.contains("gt_group_heading_row")) {
        group = { heading: row, name: words(row) };
        return;
      }
      var cells = Array.prototype.map.call(row.cells, words);
      lines.push({ row: row, at: at, group: group, cells: cells,
        text: (group.name + " " + cells.join(" ")).toLowerCase() });
    });
    return lines;
  }

  function field(bar, label, control) {
    var id = "explore-" + (ids += 1);
    control.id = id;
    var box = make("div", { "class": "explorer-field" });
    box.appendChild(make("label", { "for": id }, label));
    box.appendChild(control);
    bar.appendChild(box);
    return control;
  }

  function choice(bar, label, options, first) {
    var select = make("select");
    if (first) { select.appendChild(make("option", { value: "" }, first)); }
    options.forEach(function (text) { select.appendChild(make("option", { value: text }, text)); });
    return field(bar, label, select);
  }

  function number(text) {
    var found = /^[^\d−-]{0,2}([−-]?\d[\d,]*(\.\d+)?)/.exec(text);
    return found ? parseFloat(found[1].replace(/,/g, "").replace("−", "-")) : null;
  }

  function compare(a, b) {
    var x = number(a), y = number(b);
    if (x !== null && y !== null && x !== y) { return x - y; }
    if ((a === "–") !== (b === "–")) { return a === "–" ? 1 : -1; }
    return collator.compare(a, b);
  }

  function download(name, heads, lines) {
    function quoted(text) { return '"' + text.replace(/"/g, '""') + '"'; }
    var text = [heads].concat(lines).map(function (cells) {
      return cells.map(quoted).join(",");
    }).join("\r\n") + "\r\n";
    var link = make("a", { download: name });
    link.href = URL.createObjectURL(new Blob(["\ufeff" + text], { type: "text/csv" }));
    document.body.appendChild(link);
    link.click();
    link.remove();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
  }

  function explore(box) {
    var table = box.querySelector("table"), body = table && table.tBodies[0];
    if (!body) { return; }
    var kind = box.getAttribute("data-explore"), subsets = kind === "subset";
    var heads = all(table, "thead tr:last-child > *"), labels = heads.map(words);
    var lines = read(table), groups = unique(lines.map(function (line) { return line.group.name; }));
    var order = { column: -1, down: false };
    var outer = box.closest("[role=region]") || box;
    var bar = make("div", { "class": "explorer", role: "group", "aria-label": "Choose what this table shows" });
    var search = field(bar, "Search", make("input", { type: "search" }));
    var groupName = kind.charAt(0).toUpperCase() + kind.slice(1);
    var chosen = groups.length > 1
      ? choice(bar, groupName, groups, subsets ? "All subsets" : "Every " + kind) : null;
    var filters = box.getAttribute("data-choices").split("|").filter(Boolean).map(function (label) {
      var column = labels.indexOf(label);
      var options = unique(lines.map(function (line) { return line.cells[column]; })).sort();
      return { column: column, select: choice(bar, label, options, "Any") };
    });
    var save = make("button", { type: "button" }, "Download as CSV");
    bar.appendChild(save);
    var count = make("p", { "class": "explorer-count", role: "status" });
    bar.appendChild(count);
    outer.parentNode.insertBefore(bar, outer);

    var picture = subsets ? make("div", { "class": "explorer-chart" }) : null;
    if (picture) { outer.parentNode.insertBefore(picture, outer); }
    function isPooled(line) {
      return line === lines.filter(function (other) { return other.group === line.group; })[0];
    }

    function shown() { return lines.filter(function (line) { return !line.row.hidden; }); }

    function update() {
      var wanted = search.value.trim().toLowerCase().split(/\s+/);
      lines.forEach(function (line) {
        line.row.hidden = !wanted.every(function (word) { return line.text.indexOf(word) >= 0; })
          || Boolean(chosen && chosen.value && chosen.value !== line.group.name)
          || filters.some(function (filter) {
            return filter.select.value && filter.select.value !== line.cells[filter.column];
          });
      });
      var visible = shown();
      lines.forEach(function (line) {
        if (line.group.heading) {
          line.group.heading.hidden = order.column >= 0 || !visible.some(function (other) {
            return other.group === line.group;
          });
        }
      });
      if (picture) { window.drawExplored(picture, visible, isPooled); }
      count.textContent = visible.length + " of " + lines.length + " rows shown";
    }

    function arrange() {
      var sorted = lines.slice();
      if (order.column >= 0) {
        sorted.sort(function (a, b) {
          var found = compare(a.cells[order.column], b.cells[order.column]);
          return (order.down ? -found : found) || a.at - b.at;
        });
      }
      var before = null;
      sorted.forEach(function (line) {
        if (order.column < 0 && line.group.heading && line.group !== before) {
          body.appendChild(line.group.heading);
        }
        before = line.group;
        body.appendChild(line.row);
      });
      heads.forEach(function (head, at) {
        if (at === order.column) {
          head.setAttribute("aria-sort", order.down ? "descending" : "ascending");
        } else { head.removeAttribute("aria-sort"); }
      });
      update();
    }

    heads.forEach(function (head, at) {
      var button = make("button", { type: "button", "class": "explorer-sort" }, labels[at]);
      head.textContent = "";
      head.appendChild(button);
      button.addEventListener("click", function () {
        if (order.column !== at) { order = { column: at, down: false }; }
        else if (!order.down) { order.down = true; }
        else { order = { column: -1, down: false }; }
        arrange();
      });
    });
    search.addEventListener("input", update);
    [chosen].concat(filters.map(function (filter) { return filter.select; })).forEach(function (select) {
      if (select) { select.addEventListener("change", update); }
    });
    save.addEventListener("click", function () {
      download(box.id.replace("table-", "") + ".csv", [groupName].concat(labels),
        shown().map(function (line) { return [line.group.name].concat(line.cells); }));
    });
    if (subsets) { leaveOneOut(bar, lines, chosen, groups[0]); }
    update();
  }

  // What the other cohorts pool to stands in the row: it is read out, never calculated.
  function leaveOneOut(bar, lines, chosen, primary) {
    var said = make("p", { "class": "explorer-without", role: "status" });
    var hint = "Point at a cohort, or move to it with the Tab key: the pooled share without it.";
    bar.appendChild(said);
    said.textContent = hint;
    if (chosen) { chosen.value = primary; }
    lines.forEach(function (line) {
      if (line.cells[3] === "–") { return; }
      line.row.tabIndex = 0;
      function tell() { said.textContent = "Without " + line.cells[0] + ": " + line.cells[3]; }
      function rest() { said.textContent = hint; }
      line.row.addEventListener("mouseenter", tell);
      line.row.addEventListener("mouseleave", rest);
      line.row.addEventListener("focus", tell);
      line.row.addEventListener("blur", rest);
    });
  }

  all(document, "[data-explore]").forEach(explore);

  // A link to a row finds it whatever is chosen.
  function reveal() {
    var target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    var row = target && target.closest("tr[hidden]");
    if (row) { row.hidden = false; target.scrollIntoView(); }
  }
  window.addEventListener("hashchange", reveal);
})();
