// What of the ranked documents is an answer, in which order it is shown, and why there is none. A
// classic script without a document. `reviewAnswer(review, scoring)` is used by the ranking.
(function (scope) {
  "use strict";

  var within = scope.reviewScoring.within, course = scope.reviewScoring.course, STATED = scope.reviewScoring.STATED;
  var ENOUGH = 0.55;    // an answer holds at least this share of what a question asks for
  var LOOSE = 0.4;
  var CORE = 0.5;      // or this share of its subjects
  var HALF = 0.3;
  var CLEAR = 0.9;     // of a question with a word that the review does not have
  var CLEARLY = 3;     // of its units
  var ALIKE = 0.4;     // a question so near to one that readers ask is answered by its place
  var NEARLY = 0.5;    // and one on a subject that is left out elsewhere, where it is so near
  var KNOWN = 0.33;    // beside it, a word may be left aside that is in no list
  var SEVERAL = 3, LISTED = 0.45; // things that a question lists, and the share of it that they are
  var HINTED = 0.24, MANY = 0.5;  // where nothing else answers: likeness to a reader's question, and the share
  var MAIN = 0.4;      // of its subjects, where nothing holds more
  var PART = 0.4;      // beside an answer, what holds this share is worth showing
  var RELATED = 0.3;
  var NEAR = 0.7;
  var FAR = 0.2;       // a passage that holds so much more than the figures comes before them
  var AHEAD = 1.8;      // as does one that fits so many times as well
  var RARE = 1.5;      // a word that weighs more than this says what is asked
  var KEPT = { judgements: 1, conclusions: 2, claims: 8, passages: 3, tables: 2, terms: 2 };
  var ASIDE = { baseline: 1, count: 1, date: 1, certainty: 1 };

  function reviewAnswer(review, scoring) {
    var held = review.held, inPlainWords = review.inPlainWords;

    function shown(hit) {
      return { entry: hit.document.entry, id: hit.document.id,
        share: Math.round(hit.share * 1000) / 1000, score: Math.round(hit.score * 1000) / 1000 };
    }

    // One passage of each section, its best: the others stand beside it on the page.
    function apart(hits) {
      var seen = new Set();
      return hits.filter(function (hit) {
        var place = hit.document.kind === "passages" ? hit.document.entry.a[0].replace(/^.*#/, "#") : hit.document.id;
        return !seen.has(place) && seen.add(place);
      });
    }

    // Of each kind those that hold nearly as much of the question as the best of the kind.
    function pick(ranked, least) {
      var answer = {};
      Object.keys(KEPT).forEach(function (kind) {
        var own = ranked.filter(function (hit) {
          return hit.document.kind === kind && hit.share >= least;
        });
        var best = own.reduce(function (most, hit) { return Math.max(most, hit.share); }, 0);
        answer[kind] = apart(own.filter(function (hit) { return hit.share >= best * NEAR; }))
          .slice(0, KEPT[kind]).map(shown);
      });
      return answer;
    }

    // Whether a heading is another word for a topic: "cost" for prices.
    function names(heading, topic) {
      return (review.language.phrases.get(heading) || []).some(function (hit) { return hit[0] === "not:" + topic.about; });
    }

    function speaks(document, asked) {
      var body = held.get(document.id).body;
      return asked.units.filter(function (unit) { return unit.kind === "word" && within(unit.terms, body); }).length > 1;
    }

    // Whether a topic that the review leaves out elsewhere has a figure that answers the rest, or a
    // section of its own in this edition.
    function holds(topic, fit, asked) {
      var strong = asked.units.some(function (unit) { return unit.strong; });
      return fit.some(function (hit) {
        return hit.like >= NEARLY && hit.document.here && topic.terms.every(function (term) { return held.get(hit.document.id).asked.has(term); });
      }) || fit.some(function (hit) {
        var entry = held.get(hit.document.id), all = hit.document.kind === "claims" ? entry.title : entry.body;
        return (hit.document.kind === "claims" || strong && passage(hit) && hit.document.here) &&
          (hit.sure >= STATED || hit.core >= STATED && hit.document.kind === "claims") && topic.terms.every(function (term) { return all.has(term); });
      }) || review.documents.some(function (document) {
        if (document.kind !== "passages" || !document.here) { return false; }
        return topic.terms.indexOf(document.heading) >= 0 ||
          names(document.heading, topic) && speaks(document, asked);
      });
    }

    // Why the review has no answer, in the order in which it is worth saying; empty when it has.
    function refusal(asked, found) {
      var kept = asked.outside.filter(function (topic) { return holds(topic, found.fit, asked); });
      var outside = asked.outside.filter(function (topic) {
        return !kept.some(function (other) { return other.about === topic.about; });
      });
      var risk = asked.intent.may && asked.units.some(function (unit) { return unit.kind === "outcome"; });
      if (asked.intent.order) { return { reason: "empty", about: [] }; }
      if (asked.intent.advice && !risk) { return { reason: "advice", about: [] }; }
      if (outside.length) {
        return { reason: "outside", about: outside.map(function (topic) { return topic.about; }) };
      }
      var unknown = asked.unknown.concat(found.clear ? [] : asked.doubtful,
        found.clear || found.like >= KNOWN ? [] : asked.odd);
      if (unknown.length && !(inPlainWords && asked.intent.asks)) {
        return { reason: "unknown", about: unknown };
      }
      if (!asked.units.length && !asked.outside.length) { return { reason: "empty", about: [] }; }
      if (!found.whole) {
        return { reason: "apart", about: asked.units.map(function (unit) { return unit.text; }) };
      }
      return null;
    }

    // A conclusion answers what it holds nearly all of; one on a comparison, only a comparison.
    function fitsConclusion(hit, asked) {
      if (hit.document.kind !== "conclusions") { return true; }
      var entry = held.get(hit.document.id), comparing = scoring.comparison(entry, asked);
      var stated = asked.units.some(function (unit) {
        return (unit.kind === "outcome" || unit.kind === "word" && unit.weight > RARE) &&
          (within(unit.terms, entry.title) || within(unit.terms, entry.asked));
      });
      if (!comparing && (asked.intent.begins || asked.intent.lasts) && !course(entry.title, asked.intent)) { return false; }
      return hit.share >= STATED && (stated || comparing) &&
        (!hit.document.entry.m || asked.intent.compares || asked.study);
    }

    function passage(hit) { return hit.document.kind === "passages"; }

    function titled(hit, asked) {
      return asked.units.some(function (unit) { return within(unit.terms, held.get(hit.document.id).title); });
    }

    function askedFor(hit, asked) {
      return asked.units.every(function (unit) { return within(unit.terms, held.get(hit.document.id).asked); });
    }

    function answersOf(asked) {
      var intent = asked.intent, ranked = scoring.rank(asked);
      var fit = ranked.filter(function (hit) {
        var kind = hit.document.kind;
        return hit.must && kind in KEPT && fitsConclusion(hit, asked) && (kind !== "terms" || intent.defines) &&
          (kind !== "judgements" || intent.certain);
      });
      // Everyday words alone are answered by a passage under a heading with one of them.
      var loose = asked.units.every(function (unit) { return unit.kind === "word"; });
      var common = inPlainWords && asked.units.every(function (unit) { return unit.everyday; });
      var whole = fit.some(function (hit) {
        if (hit.document.kind === "tables") { return false; }
        var leads = scoring.leads(held.get(hit.document.id), asked);
        return hit.sure >= ENOUGH && (!common || leads || passage(hit) && (titled(hit, asked) || askedFor(hit, asked))) ||
          hit.core >= CORE && hit.sure >= HALF || loose && hit.sure >= LOOSE && passage(hit) && titled(hit, asked);
      });
      // Beside what is found as a whole, a word may be left aside that is no name.
      var clear = fit.some(function (hit) {
        return hit.document.kind !== "tables" && hit.sure >= CLEAR && hit.met >= CLEARLY;
      });
      var like = fit.reduce(function (most, hit) { return Math.max(most, hit.like); }, 0);
      return whole ? { ranked: ranked, fit: fit, whole: true, least: PART, clear: clear, like: like }
        : partly(asked, ranked, fit, like);
    }

    // Where nothing holds enough of a question, what holds its subject answers that much of it: words
    // beside the subject, a second subject, or a product that a passage speaks of with all others.
    function partly(asked, ranked, fit, like) {
      var subjects = asked.units.filter(function (unit) { return unit.kind !== "word" && unit.kind !== "product"; });
      var near = ranked.filter(function (hit) {
        var kind = hit.document.kind;
        if (!(hit.must || hit.holds)) { return false; }
        if (hit.like >= ALIKE) { return true; }
        if (kind === "terms") { return subjects.length && titled(hit, asked) && hit.core >= STATED; }
        if (kind !== "claims" && kind !== "passages") { return false; }
        return subjects.length ? hit.main && hit.core >= MAIN && hit.sure >= HALF
          : kind === "passages" && hit.sure >= LOOSE && hit.met > 1;
      });
      if (!near.length) { near = ranked.filter(hints); }
      return { ranked: ranked, fit: near.length ? near : fit, whole: near.length > 0, least: HALF, like: like };
    }

    // A passage with several of the things that a question lists, or one that readers ask for in words
    // not far from these.
    function hints(hit) {
      return passage(hit) && (hit.met >= SEVERAL && hit.sure >= LISTED || hit.must && hit.like >= HINTED && hit.share >= MANY);
    }

    // Whether passages come before figures.
    function worded(answer, asked) {
      var claim = answer.claims[0], passage = answer.passages[0];
      if (!passage || !claim) { return Boolean(passage); }
      var aside = claim.entry.m in ASIDE && claim.score < 1;
      var most = answer.claims.reduce(function (share, one) { return Math.max(share, one.share); }, 0);
      var measured = asked.units.some(function (unit) {
        return unit.kind === "outcome" && within(unit.terms, held.get(claim.id).what);
      });
      return scoring.heads(held.get(passage.id), asked) ||
        inPlainWords && !(asked.intent.howMany && measured) || aside ||
        passage.share > (measured ? most + FAR : claim.share + 0.05);
    }

    // Statements first, then figures, then passages; a definition, and plain pages, put words first.
    // A passage that fits so much better than any figure comes before them alone.
    function ordered(answer, asked) {
      var words = worded(answer, asked), claim = answer.claims[0], passage = answer.passages[0];
      if (!words && claim && passage && passage.score > AHEAD * claim.score) {
        words = true; answer.passages = [passage];
      }
      var order = ["judgements", "conclusions"].concat(words ? ["passages", "claims"] : ["claims", "passages"],
        ["tables", "terms"]);
      answer.order = asked.intent.defines ? ["terms"].concat(order.slice(0, -1)) : order;
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
      return review.documents.filter(function (document) {
        return document.kind === "terms" && units.some(function (unit) {
          return unit.terms.some(function (term) {
            return held.get(document.id).title.has(term) && /^term:/.test(term);
          });
        });
      }).slice(0, KEPT.terms).map(function (document) {
        return { entry: document.entry, id: document.id, score: 0 };
      });
    }

    // The answer as it is shown, or why there is none with what is related.
    function compose(asked, found) {
      var refused = refusal(asked, found);
      var answer = pick(refused ? found.ranked : found.fit, refused ? RELATED : found.least);
      if (refused) {
        answer.conclusions = []; answer.judgements = [];
      } else { addPrinted(answer, found.ranked); }
      if (!asked.intent.defines) { answer.terms = pickTerms(asked.units); }
      return Object.assign(ordered(answer, asked), { answered: !refused, reason: refused ? refused.reason : "",
        about: refused ? refused.about : [], corrections: asked.corrections, aside: asked.aside.concat(found.clear ? asked.doubtful : []),
        follows: asked.follows });
    }

    return { compose: compose, answersOf: answersOf };
  }

  scope.reviewAnswer = reviewAnswer;
})(globalThis);
