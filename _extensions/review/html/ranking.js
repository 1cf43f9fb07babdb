// One ranking for the page and for the command line: a classic script without a document.
// `reviewRanking(index, MiniSearch, edition)` gives `ask(question)` and `find(words)`.
(function (scope) {
  "use strict";

  var STOP = new Set(("a about according actually after again all also am an and any anyone are as " +
    "at be because been before being between both but by can could did do does doing done during " +
    "each else ever every few find for found from get gets getting give given gives go got had has " +
    "have having he her here him his how i if in into is it its just know like likely look make " +
    "many may me mean means might month months more most much my need no not now occur occurred " +
    "occurs of often old on once one only or our out over patient patients people percent " +
    "percentage person please proportion rate rates s same say says see seem seen set share she " +
    "should show shown shows so some someone still such take taken tell than that the their them " +
    "then there these they thing things this those through to too trial trials under until up use " +
    "used using very was way we well were what when where whether which while who whom whose why " +
    "will with within without would year years you your man woman men women mother father mum dad " +
    "husband wife son daughter study studies treatment treatments treated therapy common commonly " +
    "happen happens happened happening figure figures data result results report reported number " +
    "numbers evidence review cause causes caused causing observed among versus chance chances " +
    "probability risk get cell cells drug drugs product products received receive receives group " +
    "really ones other others amount under underwent undergo undergoing rest rests only sources " +
    "source based actual total overall large small big high low higher lower large exactly " +
    "improve improved improves improvement prolong prolongs expect expected achieve achieved " +
    "reach reached develop developed experience experienced suffer suffered face faced come came " +
    "happen does describe described summary compared typical usually generally currently first " +
    "latest recent new old main major key important possible likely unlikely frequent frequently " +
    "frequency incidence prevalence rate percentage half third quarter majority minority size " +
    "long short far soon early late later ever never next last time times period point level " +
    "levels kind kinds type types way ways part parts case cases thing help believe think feel " +
    "want wants wanted hope hoped try tried keep kept stay stayed become becomes became seem " +
    "there here anything something nothing everything everyone nobody somebody done list name " +
    "names date day days today please tell explain mean meaning words word question answer")
    .split(" "));
  var NUMBERS = { one: "1", two: "2", three: "3", four: "4", five: "5", six: "6", seven: "7",
    eight: "8", nine: "9", ten: "10", twelve: "12", twenty: "20" };
  var SPAN = { day: "d", days: "d", week: "w", weeks: "w", month: "m", months: "m",
    year: "y", years: "y" };
  var ADVICE = [
    /\bshould (i|we|my|he|she|they|our|one)\b/,
    /\bshould (my|our|the|a) [a-z]+( [a-z]+)? (have|take|get|choose|try|stop|start|go|wait)\b/,
    /\b(right|best|better|good|safe|safer|suitable|wrong|dangerous) (choice )?for (me|us|my|him|her|our)\b/,
    /\b(recommend|advise|suggest)\b.*\b(me|us|my|him|her)\b/,
    /\bwould you (recommend|advise|suggest|choose|take|do)\b/,
    /\bam i (too|fit|eligible|able|allowed|well|a candidate|still|going)\b/,
    /\bis (my|he|she|our) .*\b(too|fit|eligible|well|strong) (old|weak|ill|sick|enough|for|to)\b/,
    /\b(can|may|could|must|shall) (i|we|my [a-z]+) (still )?(stop|take|skip|have|get|start|try|delay|wait|keep|combine|go|travel|drive|drink|eat|work|return)\b/,
    /\bdo (i|we) (need|have) to\b/, /\bwhat (should|would|can|must) (i|we) do\b/,
    /\bwill i\b/, /\bin my case\b/, /\bmy (doctor|results|blood|scan|tumou?r)\b/,
  ];
  var DEFINES = /^(what (is|are|does|do)|define|explain|meaning of|what s)\b/;
  var ENOUGH = 0.74;   // an answer holds at least this share of what a question asks for
  var PART = 0.5;      // beside an answer, what holds this share is worth showing
  var RELATED = 0.3;
  var NEAR = 0.85;
  var ELSEWHERE = 0.5; // what another edition prints counts less
  var KEPT = { claims: 8, passages: 3, tables: 2, terms: 2 };

  // ---- words -----------------------------------------------------------------------------

  function plain(text) {
    return text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase()
      .replace(/[\u2010-\u2015\u2212]/g, "-").replace(/[\u2018\u2019]/g, "'")
      .replace(/'s\b/g, "").replace(/(\d),(\d{3})\b/g, "$1$2").replace(/'/g, "");
  }

  // British and American spellings come out the same; then plurals and common endings go.
  var stems = new Map();
  function stem(word) {
    if (!stems.has(word)) { stems.set(word, shortened(word)); }
    return stems.get(word);
  }

  function shortened(word) {
    if (/\d/.test(word) || word.length < 4) { return word; }
    var same = word.replace(/programme/, "program").replace(/ae|oe/g, "e")
      .replace(/([a-z]{2})our(s?|ed|ing)$/, "$1or$2")
      .replace(/is(e|ed|es|ing|ation|ations)$/, "iz$1").replace(/yse(d|s)?$/, "yze$1")
      .replace(/ll(ed|ing)$/, "l$1").replace(/tre(s?)$/, "ter$1").replace(/ph/g, "f");
    var base = same.replace(/(ies)$/, "y").replace(/(sses|xes|ches|shes)$/, function (end) {
      return end.slice(0, -2);
    });
    if (base === same) { base = same.replace(/([^siu])s$/, "$1"); }
    [/ations?$/, /ically$/, /ingly$/, /edly$/, /ments?$/, /ings?$/, /ed$/, /ally$/, /ly$/, /al$/,
      /ities$/, /ity$/, /e$/, /y$/].some(function (ending) {
      var shorter = base.replace(ending, "");
      if (shorter !== base && shorter.length > 3) { base = shorter; return true; }
      return false;
    });
    return base;
  }

  function distance(a, b, most) {
    if (Math.abs(a.length - b.length) > most) { return most + 1; }
    var before = [], row = [], i, j;
    for (j = 0; j <= b.length; j += 1) { row[j] = j; }
    for (i = 1; i <= a.length; i += 1) {
      var older = before; before = row; row = [i];
      for (j = 1; j <= b.length; j += 1) {
        row[j] = Math.min(before[j] + 1, row[j - 1] + 1,
          before[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
          row[j] = Math.min(row[j], older[j - 2] + 1);
        }
      }
    }
    return row[b.length];
  }

  // ---- the language of one review --------------------------------------------------------

  function Language(words) {
    this.numbered = new Set(words.numbered);
    this.stems = new Set(words.numbered.map(function (name) { return name.replace(/-\d+\w*$/, ""); }));
    this.phrases = new Map();
    this.kinds = new Map();
    this.starts = new Map();
    this.within = new Set();
    words.concepts.forEach(function (concept) {
      this.kinds.set(concept[0], concept[1]);
      concept[2].forEach(function (phrase) { this.learn(phrase, concept[0], concept[1]); }, this);
    }, this);
    words.notCovered.forEach(function (topic) {
      this.kinds.set("not:" + topic[0], "not");
      topic[1].forEach(function (phrase) { this.learn(phrase, "not:" + topic[0], "not"); }, this);
    }, this);
  }

  Language.prototype.learn = function (phrase, concept, kind) {
    var key = this.tokens(phrase).map(function (token) { return token.stem; });
    if (!key.length) { return; }
    key.forEach(function (word) { this.within.add(word); }, this);
    this.starts.set(key[0], Math.max(this.starts.get(key[0]) || 0, key.length));
    var name = key.join(" ");
    if (!this.phrases.has(name)) { this.phrases.set(name, []); }
    this.phrases.get(name).push([concept, kind]);
  };

  // Tokens in order; a name and its number (KarMMa-3, karmma 3) are one token.
  Language.prototype.tokens = function (text) {
    var found = [], parts = plain(text).match(/[a-z]+-\d+[a-z]*\b|[a-z]+|\d+(?:\.\d+)?[a-z]*/g) || [];
    for (var i = 0; i < parts.length; i += 1) {
      var part = parts[i], pair = /^([a-z]+)-(\d+[a-z]*)$/.exec(part);
      if (pair && !this.numbered.has(part) && !this.stems.has(pair[1])) {
        parts.splice(i, 1, pair[1], pair[2]); part = pair[1];
      } else if (!pair && this.stems.has(part) && parts[i + 1] !== undefined &&
          /^\d+[a-z]?$/.test(NUMBERS[parts[i + 1]] || parts[i + 1])) {
        part = part + "-" + (NUMBERS[parts[i + 1]] || parts[i + 1]); i += 1;
      }
      var split = /^([a-z]+)(\d+)$/.exec(part);
      if (split && this.stems.has(split[1]) && !this.numbered.has(part)) {
        part = split[1] + "-" + split[2];
      }
      var spelled = NUMBERS[part], word = spelled || part;
      found.push({ word: word, stem: stem(word), spelled: Boolean(spelled), raw: part });
    }
    return this.spans(found);
  };

  // "36 months", "3-year": one token of months, so that three years and 36 months are the same.
  Language.prototype.spans = function (tokens) {
    var found = [];
    for (var i = 0; i < tokens.length; i += 1) {
      var unit = tokens[i + 1] && SPAN[tokens[i + 1].word];
      if (unit && /^\d+(\.\d+)?$/.test(tokens[i].word)) {
        var months = unit === "y" ? Number(tokens[i].word) * 12 + "m" : Number(tokens[i].word) + unit;
        found.push({ word: "#" + months, stem: "#" + months, spelled: false, raw: tokens[i].raw });
        i += 1;
      } else { found.push(tokens[i]); }
    }
    return found;
  };

  // The longest phrases of the kinds wanted, from left to right.
  Language.prototype.match = function (tokens, wanted) {
    var found = [];
    for (var start = 0; start < tokens.length;) {
      var taken = 0;
      var size = Math.min(this.starts.get(tokens[start].stem) || 0, tokens.length - start);
      for (; size && !taken; size -= 1) {
        var name = tokens.slice(start, start + size).map(function (t) { return t.stem; }).join(" ");
        var hits = (this.phrases.get(name) || []).filter(function (hit) { return wanted(hit[1]); });
        if (hits.length) { found.push({ start: start, size: size, hits: hits }); taken = size; }
      }
      start += taken || 1;
    }
    return found;
  };

  // What a text is indexed by: its words, and the concepts named in it.
  Language.prototype.terms = function (text) {
    var tokens = this.tokens(text), terms = tokens.map(function (token) { return token.stem; });
    [["term"], ["product"], ["study"]].forEach(function (kinds) {
      this.match(tokens, function (kind) { return kinds.indexOf(kind) >= 0; })
        .forEach(function (found) {
          found.hits.forEach(function (hit) { terms.push(hit[0]); });
        });
    }, this);
    return terms;
  };

  // ---- the index -------------------------------------------------------------------------

  // Whether something is printed in the edition being read; every edition has its folder.
  function printedIn(addresses, words, edition) {
    return addresses.some(function (address) {
      var page = words.pages[Number(/^@(\d+)/.exec(address)[1])], top = page.split("/")[0];
      return (words.editions.indexOf(top) > 0 ? top : "") === edition;
    });
  }

  // In an edition in plain words only what it prints itself is an answer; `plain` lists its claims.
  function documentsOf(index, edition) {
    var said = new Map(), documents = [];
    var plain = (index.words.plain || {})[edition], own = new Set(plain);
    function read(addresses) { return !plain || printedIn(addresses, index.words, edition); }
    function near(addresses) { return printedIn(addresses, index.words, edition) ? 1 : ELSEWHERE; }
    index.passages.concat(index.tables.sections).forEach(function (passage, number) {
      if (!read(passage.a)) { return; }
      var text = (passage.s || []).map(function (sentence) {
        (sentence[1] || []).forEach(function (claim) {
          if (!said.has(claim)) { said.set(claim, []); }
          if (said.get(claim).length < 2) { said.get(claim).push(sentence[0]); }
        });
        return sentence[0];
      }).join(" ");
      documents.push({ id: "p" + number, kind: text ? "passages" : "sections",
        title: passage.h + (passage.h === passage.g ? "" : ", " + passage.g), text: text, more: "",
        weight: (passage.x ? 0.5 : 1) * near(passage.a), gap: Boolean(passage.x), entry: passage });
    });
    index.claims.forEach(function (claim) {
      if (plain && !own.has(claim.i)) { return; }
      documents.push({ id: "c:" + claim.i, kind: "claims", title: claim.t,
        text: (claim.w || "") + " " + (claim.c || ""),
        more: (said.get(claim.i) || []).join(" "), weight: claim.b || 1, entry: claim });
    });
    index.tables.floats.forEach(function (table, number) {
      if (!read(table.a)) { return; }
      documents.push({ id: "t" + number, kind: "tables", title: table.t, text: table.h,
        more: table.w, weight: near(table.a), entry: table });
    });
    index.words.terms.forEach(function (term, number) {
      documents.push({ id: "g" + number, kind: "terms", title: term[0] + " " + term[1],
        text: term[2], more: term[3], weight: 1, entry: term });
    });
    index.tables.sources.forEach(function (source, number) {
      if (!read(source[1])) { return; }
      documents.push({ id: "s" + number, kind: "sources", title: source[0], text: "", more: "",
        weight: 1, entry: source });
    });
    return documents;
  }

  function reviewRanking(index, MiniSearch, edition) {
    var language = new Language(index.words), documents = documentsOf(index, edition || "");
    var held = new Map(), frequency = new Map(), cache = new Map(), library;
    function termsOf(text) {
      if (!cache.has(text)) { cache.set(text, language.terms(text)); }
      return cache.get(text);
    }
    library = new MiniSearch({ fields: ["title", "text", "more"], idField: "id",
      tokenize: termsOf,
      processTerm: function (term) { return term; },
      searchOptions: { tokenize: function (text) { return text.split(" "); } } });
    documents.forEach(function (document) {
      var title = new Set(termsOf(document.title));
      var body = new Set(termsOf(document.text).concat(termsOf(document.more)));
      var own = document.kind === "claims" ? new Set(termsOf(document.text)) : body;
      held.set(document.id, { document: document, title: title, body: body, own: own });
      if (document.kind === "sources") { return; }
      new Set([].concat(Array.from(title), Array.from(body))).forEach(function (term) {
        frequency.set(term, (frequency.get(term) || 0) + 1);
      });
    });
    library.addAll(documents);
    cache.clear();
    var vocabulary = Array.from(frequency.keys()).filter(function (term) {
      return /^[a-z]{4,}$/.test(term);
    });

    function rarity(terms) {
      var count = 0;
      terms.forEach(function (term) { count = Math.max(count, frequency.get(term) || 0); });
      return Math.log(1 + documents.length / (count + 1));
    }

    // A word the review never uses becomes the nearest one it does use, where that is near.
    function corrected(word) {
      var base = stem(word), most = base.length > 7 ? 2 : 1, best = null;
      if (base.length < 5 || /\d/.test(base)) { return null; }
      language.phrases.forEach(function (_, phrase) {
        if (phrase.indexOf(" ") < 0) { consider(phrase); }
      });
      vocabulary.forEach(consider);
      function consider(term) {
        if (term[0] !== base[0] || /\d/.test(term)) { return; }
        var far = distance(base, term, most);
        if (far > most) { return; }
        var count = frequency.get(term) || 1;
        if (!best || far < best.far || (far === best.far && count > best.count) ||
            (far === best.far && count === best.count && term < best.term)) {
          best = { term: term, far: far, count: count };
        }
      }
      return best && best.term;
    }

    function known(token) {
      return frequency.has(token.stem) || language.within.has(token.stem);
    }

    // The question as units: each a concept, a word or a number, with its weight.
    function read(question) {
      var tokens = language.tokens(question), corrections = [];
      tokens.forEach(function (token) {
        if (known(token) || STOP.has(token.word) || !/^[a-z]+$/.test(token.word)) { return; }
        var better = corrected(token.word);
        if (better) { corrections.push([token.raw, better]); token.stem = better; }
      });
      var units = [], unknown = [], outside = [], covered = new Set();
      language.match(tokens, function () { return true; }).forEach(function (found) {
        var words = tokens.slice(found.start, found.start + found.size);
        var stops = words.every(function (token) { return STOP.has(token.word); });
        if (stops) { return; }
        for (var i = 0; i < found.size; i += 1) { covered.add(found.start + i); }
        var not = found.hits.filter(function (hit) { return hit[1] === "not"; });
        var own = found.hits.filter(function (hit) { return hit[1] !== "not"; });
        if (not.length && !own.length) { outside.push(not[0][0].slice(4)); return; }
        var named = own.some(function (hit) { return hit[1] === "product" || hit[1] === "study"; });
        if (named) { own = own.filter(function (hit) { return hit[1] !== "term"; }); }
        var terms = own.map(function (hit) { return hit[0]; });
        var text = words.map(function (token) { return token.raw; }).join(" ");
        units.push({ text: text, terms: terms, partial: found.size === 1 && !named ? words[0].stem : "",
          must: named, weight: rarity(terms) });
      });
      tokens.forEach(function (token, place) {
        if (covered.has(place)) { return; }
        var number = /^#?\d/.test(token.word);
        if (STOP.has(token.word) || (token.spelled && number)) { return; }
        if (!frequency.has(token.stem)) { unknown.push(token.raw); return; }
        units.push({ text: token.raw, terms: [token.stem], partial: "",
          must: number || /-\d/.test(token.word), weight: rarity([token.stem]) });
      });
      return { units: units, unknown: unknown, outside: outside, corrections: corrections };
    }

    function credit(unit, entry) {
      if (unit.terms.some(function (term) { return entry.title.has(term); })) { return 1; }
      if (unit.terms.some(function (term) { return entry.body.has(term); })) { return 0.9; }
      if (!unit.partial) { return 0; }
      if (entry.title.has(unit.partial)) { return 0.7; }
      return entry.body.has(unit.partial) ? 0.5 : 0;
    }

    function rank(units) {
      var terms = [], total = 0;
      units.forEach(function (unit) {
        total += unit.weight;
        unit.terms.concat(unit.partial || []).forEach(function (term) { terms.push(term); });
      });
      if (!terms.length) { return []; }
      return library.search(terms.join(" "), { boost: { title: 3, text: 1.5, more: 1 } })
        .map(function (hit) {
          var entry = held.get(hit.id), share = 0, must = true;
          units.forEach(function (unit) {
            var given = credit(unit, entry);
            share += given * unit.weight;
            must = must && (!unit.must || unit.terms.some(function (term) {
              return entry.title.has(term) || entry.own.has(term);
            }));
          });
          share /= total;
          return { document: entry.document, share: share, must: must,
            score: hit.score * Math.pow(share, 3) * entry.document.weight };
        })
        .sort(function (a, b) {
          return b.score - a.score || (a.document.id < b.document.id ? -1 : 1);
        });
    }

    function shown(hit) {
      return { entry: hit.document.entry, id: hit.document.id,
        share: Math.round(hit.share * 1000) / 1000, score: Math.round(hit.score * 1000) / 1000 };
    }

    // Of each kind those that hold nearly as much of the question as the best of the kind.
    function pick(ranked, least) {
      var answer = {};
      Object.keys(KEPT).forEach(function (kind) {
        var own = ranked.filter(function (hit) {
          return hit.document.kind === kind && hit.share >= least;
        });
        var best = own.reduce(function (most, hit) { return Math.max(most, hit.share); }, 0);
        answer[kind] = own.filter(function (hit) { return hit.share >= best * NEAR; })
          .slice(0, KEPT[kind]).map(shown);
      });
      return answer;
    }

    // What to do first, where a question tells of an emergency.
    function urgent(question) {
      var words = " " + (plain(question).match(/[a-z]+/g) || []).join(" ") + " ";
      return (index.words.emergencies || []).filter(function (one) {
        return one[1].some(function (phrase) { return words.indexOf(" " + plain(phrase) + " ") >= 0; });
      }).map(function (one) { return one[0]; });
    }

    // Why the review has no answer, in the order in which it is worth saying; empty when it has.
    function refusal(question, asked, whole) {
      if (ADVICE.some(function (pattern) { return pattern.test(plain(question)); })) {
        return { reason: "advice", about: [] };
      }
      if (asked.outside.length) { return { reason: "outside", about: asked.outside }; }
      if (asked.unknown.length) { return { reason: "unknown", about: asked.unknown }; }
      if (!asked.units.length) { return { reason: "empty", about: [] }; }
      if (!whole) {
        return { reason: "apart", about: asked.units.map(function (unit) { return unit.text; }) };
      }
      return null;
    }

    function ask(question) {
      var asked = read(question), ranked = rank(asked.units);
      var defines = DEFINES.test(plain(question));
      var fit = ranked.filter(function (hit) {
        return hit.must && !hit.document.gap && hit.document.kind in KEPT &&
          (hit.document.kind !== "terms" || defines);
      });
      var whole = fit.some(function (hit) { return hit.share >= ENOUGH; });
      var refused = refusal(question, asked, whole);
      var answer = pick(refused ? ranked : fit, refused ? RELATED : PART);
      if (!refused) { addPrinted(answer, ranked); }
      if (!defines) { answer.terms = pickTerms(asked.units); }
      answer.urgent = urgent(question);
      answer.answered = !refused;
      answer.reason = refused ? refused.reason : "";
      answer.about = refused ? refused.about : [];
      answer.corrections = asked.corrections;
      return answer;
    }

    // Figures that the passages of an answer print bear on the question too.
    function addPrinted(answer, ranked) {
      var taken = new Set(answer.claims.map(function (one) { return one.id; })), printed = new Set();
      answer.passages.forEach(function (one) {
        (one.entry.s || []).forEach(function (sentence) {
          (sentence[1] || []).forEach(function (claim) { printed.add("c:" + claim); });
        });
      });
      ranked.forEach(function (hit) {
        if (answer.claims.length < KEPT.claims && printed.has(hit.document.id) && hit.must &&
            hit.share >= RELATED && !taken.has(hit.document.id)) {
          answer.claims.push(shown(hit));
        }
      });
    }

    // The glossary's entries for the terms a question names.
    function pickTerms(units) {
      return documents.filter(function (document) {
        return document.kind === "terms" && units.some(function (unit) {
          return unit.terms.some(function (term) {
            return held.get(document.id).title.has(term) && /^term:/.test(term);
          });
        });
      }).slice(0, KEPT.terms).map(function (document) {
        return { entry: document.entry, id: document.id, score: 0 };
      });
    }

    // Search as one types: every kind, the last word may be unfinished.
    function find(words, most) {
      var tokens = language.tokens(words), terms = language.terms(words);
      var typed = tokens.length ? tokens[tokens.length - 1].raw : "";
      if (!terms.length) { return []; }
      return library.search(terms.concat(typed).join(" "), {
        boost: { title: 3, text: 1.5, more: 1 },
        prefix: function (term) { return term === typed && term.length > 1; },
        fuzzy: function (term) { return /^[a-z]{5,}$/.test(term) && !frequency.has(term) ? 0.2 : 0; },
      }).map(function (hit) {
        var document = held.get(hit.id).document, all = held.get(hit.id), share = 0;
        tokens.forEach(function (token) {
          if (all.title.has(token.stem) || all.body.has(token.stem)) { share += 1; }
        });
        return { document: document, score: hit.score * document.weight *
          Math.pow((share + 0.5) / (tokens.length + 0.5), 2) * (document.kind === "sections" ? 1.5 : 1) };
      }).sort(function (a, b) {
        return b.score - a.score || (a.document.id < b.document.id ? -1 : 1);
      }).slice(0, most).map(function (hit) {
        return { kind: hit.document.kind, entry: hit.document.entry, id: hit.document.id };
      });
    }

    return { ask: ask, find: find, read: read, urgent: urgent };
  }

  scope.reviewRanking = reviewRanking;
})(globalThis);
