// How well each document of a review fits a question. A classic script without a document.
// `reviewScoring(review)` gives `rank(asked)` and what tells a fit from a miss.
(function (scope) {
  "use strict";

  var STATED = 0.8;    // a conclusion answers what holds this share of it
  var CLOSE = 0.15;    // two times this near are one: 24 and 27 months
  // How much a statement of each kind counts where the question does not ask for its kind.
  var UNASKED = { date: 0.15, count: 0.1, certainty: 0.3, ratio: 0.55, difference: 0.55,
    pooled: 0.8, spread: 0.8, baseline: 0.6 };
  var BESIDE = 0.85;   // in the title of a figure, but not what it measures
  var PRINTED = 0.45;  // in a sentence that prints a figure, not in what it is
  var LIKE = 0.9, HINT = 0.3, NEAREST = 6; // what likeness to a question that readers ask adds
  var ASKED = 0.85;    // in how readers ask for a place
  var ELSE = 0.5;      // a figure that measures something else than what is asked
  var CHOSEN = 3;      // a subset that the question names
  var MORE = 0.99;     // each word of a figure that was not asked for
  var HEADING = 6;     // the text under a heading that is the question
  var SUBSET = 0.4, ROUTINE = 0.65, SECOND = 0.6, TIMED = 0.55, COMPARED = 0.45;

  var ONSET = scope.reviewLanguage.stem("onset"), DURATION = scope.reviewLanguage.stem("duration");
  var COURSE = 8;      // when something begins, how long it lasts, where that is asked

  function within(terms, all) { return terms.some(function (term) { return all.has(term); }); }

  // Whether some terms are on when something begins or how long it lasts, where that is asked.
  function course(terms, intent) {
    return intent.begins && terms.has(ONSET) || intent.lasts && terms.has(DURATION);
  }

  function reviewScoring(review) {
    var held = review.held, library = review.library, language = review.language;

    function timed(unit, entry) {
      return unit.time && entry.times.some(function (time) {
        return Math.abs(time - unit.time) <= CLOSE * unit.time;
      });
    }

    function credit(unit, entry) {
      if (within(unit.terms, entry.what)) { return 1; }
      if (within(unit.terms, entry.title)) { return unit.must ? 1 : BESIDE; }
      if (timed(unit, entry)) { return 0.9; }
      if (within(unit.terms, entry.own)) { return entry.document.kind === "claims" && unit.topic ? PRINTED : 0.9; }
      if (within(unit.terms, entry.asked)) { return ASKED; }
      if (within(unit.terms, entry.body)) { return PRINTED; }
      if (!unit.partial) { return 0; }
      if (entry.title.has(unit.partial)) { return 0.7; }
      return entry.body.has(unit.partial) || entry.asked.has(unit.partial) ? 0.5 : 0;
    }

    function worth(terms) {
      return Array.from(terms).reduce(function (sum, term) { return sum + review.asked(term); }, 0);
    }

    // How near a question, or the sentence of it that asks, is to one that readers ask for a
    // document: from 0 to 1.
    function likeness(entry, asked) {
      return entry.questions.reduce(function (best, terms) {
        var own = worth(terms);
        return [asked.words, asked.all].reduce(function (most, words, number) {
          var shared = Array.from(terms).filter(function (term) { return words.has(term); });
          return Math.max(most, 2 * worth(shared) / (own + asked.worth[number]));
        }, best);
      }, 0);
    }

    // A statement about no product in particular holds for each; else what is named must be there.
    function meets(unit, entry, asked) {
      if (unit.treatment && !asked.named && !asked.intent.compares && entry.document.kind === "claims" &&
          !within(unit.terms, entry.title)) { return false; }
      if (!unit.must || timed(unit, entry)) { return true; }
      if (unit.before && entry.document.kind === "passages") { return true; } // the subject gone on from
      if (asked.intent.compares && unit.kind === "product" && within(asked.products, entry.title)) { return true; }
      if (review.inPlainWords && unit.kind === "product" && entry.document.kind === "passages" && !entry.speaks) { return true; }
      var statement = entry.document.kind === "conclusions" || entry.document.kind === "judgements";
      if (statement && unit.kind === "product" && !entry.named) { return true; }
      var named = unit.kind === "product";
      return unit.terms.some(function (term) {
        return entry.title.has(term) || entry.own.has(term) || !named && (!unit.time || review.inPlainWords) && entry.asked.has(term);
      });
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
        if (course(entry.what, intent)) { weight *= COURSE; }
      }
      if (entry.document.kind === "passages") {
        if (one.n && intent.compares && !asked.indirect) { weight *= 4; }
        if (one.x && intent.gaps) { weight *= 4; }
        if (heads(entry, asked)) { weight *= HEADING; }
        if (asked.units.some(function (unit) { return unit.before && unit.must && !within(unit.terms, entry.body); })) {
          weight *= ELSE; // not of the product that the question before was on
        }
      }
      if (entry.document.kind === "conclusions" && one.m) {
        weight *= intent.compares || asked.study ? (one.m === asked.by ? 3 : 1) : COMPARED;
      }
      if (entry.document.kind === "judgements" && one.m === "comparative") {
        weight *= intent.compares || asked.study || asked.standard ? 1.5 : COMPARED;
      }
      return weight;
    }

    // How much a figure says that was not asked: the plain one comes before its variants.
    function beyond(entry, asked) {
      if (entry.document.kind !== "claims") { return 0; }
      return Array.from(entry.title).filter(function (term) { return !asked.words.has(term); }).length;
    }

    // Whether a statement is on what is asked to be compared, or on no outcome in particular.
    function measures(entry, asked) {
      function outcome(term) { return language.kinds.get(term) === "outcome"; }
      var wanted = asked.units.filter(function (unit) { return unit.kind === "outcome"; });
      return !wanted.length || !Array.from(entry.title).some(outcome) ||
        wanted.some(function (unit) { return within(unit.terms, entry.title) || within(unit.terms, entry.body); });
    }

    // What the review concludes on the comparison that a question asks for answers it first, where
    // it speaks of the people asked about.
    function comparison(entry, asked) {
      return entry.document.kind === "conclusions" && asked.intent.compares &&
        entry.document.entry.m === asked.by && measures(entry, asked) && !asked.units.some(function (unit) {
        return within(unit.terms, asked.people) && !credit(unit, entry);
      });
    }

    // The questions to ask one's own team, which an edition in plain words lists.
    function lists(entry, asked) {
      return review.inPlainWords && asked.intent.asks && entry.document.kind === "passages" &&
        entry.document.entry.a.some(function (address) {
          return review.words.covers.questions.indexOf(address) >= 0;
        });
    }

    // A question that begins as a heading is answered by the text under it, as is one on a topic that
    // the review leaves out but for a section of this edition.
    function heads(entry, asked) {
      var heading = entry.document.kind === "passages" && entry.document.here && entry.document.heading;
      return Boolean(heading) && (/ /.test(heading) && (asked.phrase + " ").indexOf(heading + " ") === 0 ||
        asked.outside.some(function (topic) { return topic.terms.indexOf(heading) >= 0; }));
    }

    function leads(entry, asked) {
      return comparison(entry, asked) || lists(entry, asked) || heads(entry, asked);
    }

    // How much of a question a document holds. `share` counts likeness to what readers ask in full,
    // for the order; `sure` counts it a little, for whether there is an answer at all.
    function weighed(hit, asked) {
      var entry = held.get(hit.id), share = 0, core = 0, strong = 0, total = 0;
      asked.units.forEach(function (unit) {
        var own = credit(unit, entry) * unit.weight;
        share += own; total += unit.weight;
        if (unit.strong) { core += own; strong += unit.weight; }
      });
      share /= total || 1;
      if (leads(entry, asked)) { share = Math.max(share, STATED); }
      var like = likeness(entry, asked);
      return { document: entry.document, near: hit.score, core: core / strong, like: like,
        share: share + (1 - share) * LIKE * like, sure: share + (1 - share) * HINT * like,
        must: asked.units.every(function (unit) { return meets(unit, entry, asked); }),
        holds: asked.units.every(function (unit) {
          return meets(unit, entry, asked) || unit.kind === "product" && entry.document.kind === "passages" && !entry.speaks;
        }),
        main: asked.units.some(function (unit) {
          return unit.strong && unit.kind !== "study" && (within(unit.terms, entry.what) || within(unit.terms, entry.own));
        }),
        met: asked.units.filter(function (unit) { return credit(unit, entry) > 0; }).length,
        fits: fitting(entry, asked) };
    }

    function rank(asked) {
      var terms = [], best = 0;
      asked.units.forEach(function (unit) {
        unit.terms.concat(unit.partial || []).forEach(function (term) { terms.push(term); });
      });
      asked.worth = [worth(asked.words), worth(asked.all)];
      var hits = library.search(terms.join(" "), { boost: { title: 3, text: 1.5, more: 1, questions: 1 } });
      var seen = new Set(hits.map(function (hit) { return hit.id; }));
      held.forEach(function (entry, id) {
        if (leads(entry, asked) && !seen.has(id)) { hits.push({ id: id, score: 0 }); }
      });
      hits.forEach(function (hit) { best = Math.max(best, hit.score); });
      return hits.map(function (hit) { return weighed(hit, asked); }).map(function (hit) {
        hit.score = Math.pow(hit.share, 4) * (1 + NEAREST * hit.like * hit.like) * hit.fits * hit.document.weight *
          (1 + hit.near / (best || 1)) * Math.pow(MORE, beyond(held.get(hit.document.id), asked));
        return hit;
      }).sort(function (a, b) {
        return b.score - a.score || (a.document.id < b.document.id ? -1 : 1);
      });
    }

    return { rank: rank, comparison: comparison, heads: heads, leads: leads };
  }

  scope.reviewScoring = reviewScoring;
  Object.assign(scope.reviewScoring, { course: course, within: within, STATED: STATED });
})(globalThis);
