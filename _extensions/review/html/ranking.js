// One ranking for the page and for the command line: a classic script without a document.
// `reviewRanking(index, MiniSearch, edition)` gives `ask(question, earlier)` and `find(words)`.
// An answer is statements of the review first, then figures, then passages; what it holds of each
// kind, and the order of the kinds, is the same for the page and the terminal.
(function (scope) {
  "use strict";

  var Language = scope.reviewLanguage.Language, plain = scope.reviewLanguage.plain;
  var intentOf = scope.reviewIntent, documentsOf = scope.reviewDocuments;
  var ENOUGH = 0.6;    // an answer holds at least this share of what a question asks for
  var LOOSE = 0.4;
  var PART = 0.4;      // beside an answer, what holds this share is worth showing
  var RELATED = 0.3;
  var NEAR = 0.7;
  var STATED = 0.8;    // a conclusion answers what holds this share of it
  var CLOSE = 0.15;    // two times this near are one: 24 and 27 months
  var KEPT = { judgements: 1, conclusions: 2, claims: 8, passages: 3, tables: 2, terms: 2 };
  // How much a statement of each kind counts where the question does not ask for its kind.
  var UNASKED = { date: 0.15, count: 0.1, certainty: 0.3, ratio: 0.55, difference: 0.55,
    pooled: 0.8, spread: 0.8, baseline: 0.6 };
  var ASIDE = { baseline: 1, count: 1, date: 1, certainty: 1 };
  var BESIDE = 0.85;   // in the title of a figure, but not what it measures
  var PRINTED = 0.45;  // in a sentence that prints a figure, not in what it is
  var RARE = 1.5;      // a word that weighs more than this says what is asked
  var ELSE = 0.5;      // a figure that measures something else than what is asked
  var CHOSEN = 3;      // a subset that the question names
  var SUBSET = 0.4, ROUTINE = 0.65, SECOND = 0.6, TIMED = 0.55, COMPARED = 0.45;

  function reviewRanking(index, MiniSearch, edition) {
    var language = new Language(index.words), documents = documentsOf(index, edition || "");
    var inPlainWords = Boolean((index.words.plain || {})[edition || ""]);
    var held = new Map(), frequency = new Map(), cache = new Map(), library;
    function termsOf(text) {
      if (!cache.has(text)) { cache.set(text, language.terms(text)); }
      return cache.get(text);
    }
    library = new MiniSearch({ fields: ["title", "text", "more"], idField: "id",
      tokenize: termsOf,
      processTerm: function (term) { return term; },
      searchOptions: { tokenize: function (text) { return text.split(" "); } } });
    language.heard = new Set(language.within.keys());
    documents.forEach(function (document) {
      var title = new Set(termsOf(document.title));
      var body = new Set(termsOf(document.text).concat(termsOf(document.more)));
      var own = document.kind === "claims" ? new Set(termsOf(document.text)) : body;
      var claim = document.kind === "claims";
      held.set(document.id, { document: document, title: title, body: body, own: own,
        what: claim ? new Set(termsOf(document.title.split(/[,:]/)[0])) : title,
        times: Array.from(title).map(scope.reviewLanguage.months).filter(Boolean),
        subset: document.kind === "claims" && document.entry.u ? termsOf(document.entry.u) : [],
        named: Array.from(title).some(function (term) { return /^product:/.test(term) &&
          language.kinds.get(term) === "product"; }) });
      if (document.kind === "sources") { return; }
      new Set([].concat(Array.from(title), Array.from(body))).forEach(function (term) {
        frequency.set(term, (frequency.get(term) || 0) + 1);
      });
    });
    library.addAll(documents);
    cache.clear();
    var heard = language.heard;
    language.heard = null;
    var given = new Set(termsOf(index.words.covers.given));

    var read = scope.reviewQuestion({ language: language, frequency: frequency,
      total: documents.length, heard: heard, given: given });

    function within(terms, all) { return terms.some(function (term) { return all.has(term); }); }

    function timed(unit, entry) {
      return unit.time && entry.times.some(function (time) {
        return Math.abs(time - unit.time) <= CLOSE * unit.time;
      });
    }

    function credit(unit, entry) {
      if (within(unit.terms, entry.what)) { return 1; }
      if (within(unit.terms, entry.title)) { return unit.must ? 1 : BESIDE; }
      if (timed(unit, entry)) { return 0.9; }
      if (within(unit.terms, entry.own)) { return 0.9; }
      if (within(unit.terms, entry.body)) { return PRINTED; }
      if (!unit.partial) { return 0; }
      if (entry.title.has(unit.partial)) { return 0.7; }
      return entry.body.has(unit.partial) ? 0.5 : 0;
    }

    // A statement about no product in particular holds for each; else what is named must be there.
    function meets(unit, entry) {
      if (!unit.must || timed(unit, entry)) { return true; }
      var statement = entry.document.kind === "conclusions" || entry.document.kind === "judgements";
      if (statement && unit.kind === "product" && !entry.named) { return true; }
      return unit.terms.some(function (term) { return entry.title.has(term) || entry.own.has(term); });
    }

    // Whether a question asks for a subset: by a word of it other than a time, and by every number.
    function chosen(subset, words) {
      return subset.some(function (term) { return words.has(term) && !/^#/.test(term); }) &&
        subset.every(function (term) { return !/^\d/.test(term) || words.has(term); });
    }

    // How much a document counts for the kind of question: what is not asked for comes later.
    function fitting(entry, asked) {
      var one = entry.document.entry, intent = asked.intent, weight = 1;
      if (entry.document.kind === "claims") {
        var wanted = { date: intent.dated, count: intent.counted, certainty: intent.certain,
          ratio: intent.compares || asked.ratio, difference: intent.compares || asked.ratio,
          pooled: asked.pooled, spread: asked.pooled, baseline: intent.had };
        if (one.m) { weight *= wanted[one.m] ? 1.25 : UNASKED[one.m]; }
        if (!asked.units.some(function (unit) { return !unit.must && within(unit.terms, entry.what); })) {
          weight *= ELSE;
        }
        if (entry.subset.length) {
          weight *= chosen(entry.subset, asked.words) ? CHOSEN : SUBSET;
        }
        if (one.q && !asked.named) {
          weight *= one.q === "routine" ? (asked.routine ? 1.3 : ROUTINE) : SECOND;
        }
        if (entry.times.length && !asked.timed) { weight *= TIMED; }
      }
      if (entry.document.kind === "passages" && one.n && intent.compares) { weight *= 4; }
      if (entry.document.kind === "conclusions" && one.m) {
        weight *= intent.compares || asked.study ? (one.m === asked.by ? 3 : 1) : COMPARED;
      }
      if (entry.document.kind === "judgements" && one.m === "comparative") {
        weight *= intent.compares || asked.study || asked.standard ? 1.5 : COMPARED;
      }
      return weight;
    }

    // What the units of a question say together.
    function gather(units, intent, said) {
      function has(pattern) {
        return units.some(function (unit) {
          return unit.terms.some(function (term) { return pattern.test(term); });
        });
      }
      var words = new Set(said);
      units.forEach(function (unit) {
        unit.terms.concat(unit.partial || []).forEach(function (term) { words.add(term); });
        language.tokens(unit.text).forEach(function (token) { words.add(token.stem); });
      });
      var standard = has(/^product:/) && units.some(function (unit) {
        return unit.kind === "term" && unit.terms.some(function (term) { return /^product:/.test(term); });
      });
      var study = units.some(function (unit) { return unit.kind === "study"; });
      return { units: units, intent: intent, words: words, standard: standard, study: study,
        named: study, timed: units.some(function (unit) { return unit.time; }),
        routine: has(/^term:real_world_evidence$|registr/), ratio: has(/hazard_ratio|^ratio|^odd|differenc/),
        pooled: has(/^pool|meta_analysis|heterogeneity|predict|median_cohort/),
        by: standard || study ? "randomised" : "indirect" };
    }

    // What the review concludes on the comparison that a question asks for answers it first.
    function comparison(entry, asked) {
      return entry.document.kind === "conclusions" && asked.intent.compares &&
        entry.document.entry.m === asked.by;
    }

    // The questions to ask one's own team, which an edition in plain words lists.
    function lists(entry, asked) {
      return inPlainWords && asked.intent.asks && entry.document.kind === "passages" &&
        entry.document.entry.a.some(function (address) {
          return index.words.covers.questions.indexOf(address) >= 0;
        });
    }

    function rank(asked) {
      var terms = [], total = 0, best = 0;
      asked.units.forEach(function (unit) {
        total += unit.weight;
        unit.terms.concat(unit.partial || []).forEach(function (term) { terms.push(term); });
      });
      if (!terms.length) { return []; }
      var hits = library.search(terms.join(" "), { boost: { title: 3, text: 1.5, more: 1 } });
      var seen = new Set(hits.map(function (hit) { return hit.id; }));
      held.forEach(function (entry, id) {
        if ((comparison(entry, asked) || lists(entry, asked)) && !seen.has(id)) { hits.push({ id: id, score: 0 }); }
      });
      return hits.map(function (hit) {
          var entry = held.get(hit.id), share = 0;
          best = Math.max(best, hit.score);
          asked.units.forEach(function (unit) { share += credit(unit, entry) * unit.weight; });
          share /= total;
          if (comparison(entry, asked) || lists(entry, asked)) { share = Math.max(share, STATED); }
          return { document: entry.document, share: share, near: hit.score,
            must: asked.units.every(function (unit) { return meets(unit, entry); }),
            fits: fitting(entry, asked) };
        })
        .map(function (hit) {
          hit.score = Math.pow(hit.share, 4) * hit.fits * hit.document.weight * (1 + hit.near / best);
          return hit;
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
    function urgent(question, intent) {
      if (!intent.personal && !inPlainWords) { return []; }
      var words = " " + (plain(question).match(/[a-z]+/g) || []).join(" ") + " ";
      return (index.words.emergencies || []).filter(function (one) {
        return one[1].some(function (phrase) { return words.indexOf(" " + plain(phrase) + " ") >= 0; });
      }).map(function (one) { return one[0]; });
    }

    // Whether a figure that answers the rest is about a topic that the review leaves out elsewhere.
    function holds(topic, fit) {
      return fit.some(function (hit) {
        return hit.document.kind === "claims" && hit.share >= STATED &&
          topic.terms.every(function (term) { return held.get(hit.document.id).title.has(term); });
      });
    }

    // Why the review has no answer, in the order in which it is worth saying; empty when it has.
    function refusal(asked, found) {
      var outside = asked.outside.filter(function (topic) { return !holds(topic, found.fit); });
      if (asked.intent.advice) { return { reason: "advice", about: [] }; }
      if (outside.length) {
        return { reason: "outside", about: outside.map(function (topic) { return topic.about; }) };
      }
      if (asked.unknown.length) { return { reason: "unknown", about: asked.unknown }; }
      if (!asked.units.length) { return { reason: "empty", about: [] }; }
      if (!found.whole) {
        return { reason: "apart", about: asked.units.map(function (unit) { return unit.text; }) };
      }
      return null;
    }

    // A question that goes on from the one before keeps its subject; what it names itself is new.
    function goesOn(own, intent, earlier) {
      if (!earlier.length) { return false; }
      var kinds = own.units.map(function (unit) { return unit.kind; });
      if (own.outside.length || own.unknown.length && !own.units.length) { return false; }
      if (kinds.indexOf("outcome") < 0) { return intent.goesOn || intent.refers || !kinds.length; }
      return intent.adds && kinds.indexOf("product") < 0 && kinds.indexOf("study") < 0;
    }

    function understood(question, earlier) {
      var intent = intentOf(plain(question), inPlainWords), own = read(intent.rest);
      if (intent.certain && !earlier.length && !own.units.some(function (unit) {
        return unit.kind !== "word"; })) {
        intent.certain = false; own = read(plain(question));
      }
      if (!own.units.length && !own.unknown.length && !own.outside.length && !earlier.length) {
        own = read(intent.rest, true);
      }
      var from = goesOn(own, intent, earlier) ? earlier : [], before = [];
      if (from.length) {
        before = understood(from[from.length - 1], from.slice(0, -1)).units.filter(function (unit) {
          var replaced = ["product", "study", "time", "outcome"].indexOf(unit.kind) >= 0;
          return !replaced || !own.units.some(function (other) { return other.kind === unit.kind; });
        });
      }
      var units = before.concat(own.units);
      intent.compares = intent.compares || own.alternatives;
      return Object.assign(gather(units, intent, own.said), { said: own.said, unknown: own.unknown, outside: own.outside,
        corrections: own.corrections, follows: from.length ? from[from.length - 1] : "" });
    }

    // Without a figure at the time that was asked for, others of the same subject are shown.
    function atOtherTimes(asked) {
      var rest = asked.units.filter(function (unit) { return !unit.time; });
      return Object.assign({}, asked, gather(rest, asked.intent, asked.said), { timed: false });
    }

    // A conclusion answers what it holds nearly all of; one on a comparison, only a comparison.
    function fitsConclusion(hit, asked) {
      if (hit.document.kind !== "conclusions") { return true; }
      var entry = held.get(hit.document.id), comparing = comparison(entry, asked);
      var stated = asked.units.some(function (unit) {
        return (unit.kind === "outcome" || unit.kind === "word" && unit.weight > RARE) &&
          within(unit.terms, entry.title);
      });
      return hit.share >= STATED && (stated || comparing) &&
        (!hit.document.entry.m || asked.intent.compares || asked.study);
    }

    function answersOf(asked) {
      var intent = asked.intent, ranked = rank(asked);
      var fit = ranked.filter(function (hit) {
        var kind = hit.document.kind;
        return hit.must && kind in KEPT && fitsConclusion(hit, asked) && (kind !== "terms" || intent.defines) &&
          (kind !== "judgements" || intent.certain);
      });
      // Everyday words alone are answered by a passage under a heading with one of them.
      var loose = asked.units.every(function (unit) { return unit.kind === "word"; });
      return { ranked: ranked, fit: fit, whole: fit.some(function (hit) {
        return hit.share >= ENOUGH || loose && hit.share >= LOOSE && hit.document.kind === "passages" &&
          asked.units.some(function (unit) { return within(unit.terms, held.get(hit.document.id).title); });
      }) };
    }

    // `earlier` are the questions before this one, the last one last.
    function ask(question, earlier) {
      var asked = understood(question, earlier || []), intent = asked.intent;
      var found = answersOf(asked), late = "";
      var time = asked.units.filter(function (unit) { return unit.time; })[0];
      if (!found.whole && time && frequency.has(time.terms[0])) {
        asked = atOtherTimes(asked); found = answersOf(asked); late = time.text;
      }
      var refused = refusal(asked, found);
      var answer = pick(refused ? found.ranked : found.fit, refused ? RELATED : PART);
      if (!refused) { addPrinted(answer, found.ranked); }
      if (refused) { answer.conclusions = []; answer.judgements = []; }
      if (!intent.defines) { answer.terms = pickTerms(asked.units); }
      answer.urgent = urgent(question, intent);
      answer.answered = !refused;
      answer.reason = refused ? refused.reason : "";
      answer.about = refused ? refused.about : [];
      answer.corrections = asked.corrections;
      answer.follows = asked.follows;
      answer.otherTimes = refused ? "" : late;
      answer.order = orderOf(answer, asked);
      return answer;
    }

    // Statements first, then figures, then passages; a definition, and plain pages, put words first.
    function orderOf(answer, asked) {
      var intent = asked.intent;
      var first = ["judgements", "conclusions"], figures = ["claims", "passages"];
      var claim = answer.claims[0], passage = answer.passages[0];
      var aside = claim && claim.entry.m in ASIDE && claim.score < 1;
      var measured = claim && asked.units.some(function (unit) {
        return unit.kind === "outcome" && within(unit.terms, held.get(claim.id).what);
      });
      if (passage && (inPlainWords || !claim || aside ||
          !measured && passage.share > claim.share + 0.05)) {
        figures.reverse();
      }
      var order = first.concat(figures, ["tables", "terms"]);
      return intent.defines ? ["terms"].concat(order.slice(0, -1)) : order;
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

    return { ask: ask, find: find, read: read, urgent: function (words) {
      return urgent(words, intentOf(plain(words), inPlainWords));
    } };
  }

  scope.reviewRanking = reviewRanking;
})(globalThis);
