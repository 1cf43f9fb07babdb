// The language of one review: words, stems, names, spans of time. A classic script without a
// document; `reviewLanguage(words)` is used by the ranking.
(function (scope) {
  "use strict";

  var NUMBERS = { one: "1", two: "2", three: "3", four: "4", five: "5", six: "6", seven: "7",
    eight: "8", nine: "9", ten: "10", twelve: "12", twenty: "20" };
  var ORDINALS = { first: "1", second: "2", third: "3", fourth: "4", fifth: "5" };
  var SPAN = { day: "d", days: "d", week: "w", weeks: "w", wk: "w", wks: "w", month: "m",
    months: "m", mo: "m", mos: "m", mth: "m", mths: "m", year: "y", years: "y", yr: "y", yrs: "y", y: "y" };
  // Forms that no ending tells.
  var IRREGULAR = { dying: "die", dies: "die", died: "die", got: "get", gotten: "get", gets: "get",
    getting: "get", gave: "give", given: "give", took: "take", taken: "take", came: "come",
    coming: "come", went: "go", gone: "go", grew: "grow", grown: "grow", lost: "lose", felt: "feel",
    fell: "fall", fallen: "fall", kept: "keep", began: "begin", begun: "begin", shrunk: "shrink",
    shrank: "shrink", known: "know", knew: "know", paid: "pay", bled: "bleed", lived: "live", lives: "live", living: "live" };
  var AUXILIARY = /^(a|an|the|do|does|did|is|are|was|were|s)$/;
  var DEED = /^[a-z]{2,}[a-z](ly|ed|ful|less|ish|able|ible|iest|wise|wards?)$/; // no thing ends so
  var REACH = 7; // words over which a phrase may be spread
  var AGED = 30; // years that are an age

  // ---- words -----------------------------------------------------------------------------

  function plain(text) {
    return text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "")
      .replace(/\b([A-Z]*[A-Z]{2})s\b/g, "$1").toLowerCase() // "CRs" are several CR, and no CRS
      .replace(/[\u2010-\u2015\u2212]/g, "-").replace(/[\u2018\u2019]/g, "'")
      .replace(/\bprior to\b/g, "before").replace(/-([a-z])s\b/g, "-$1").replace(/\bd\s?\+?\s?(\d+)\b/g, "day $1").replace(/\s*[x\u00d7]\s*10\s*\^?\s*6\b/g, " million").replace(/'(s|ll|d)\b/g, "")
      .replace(/\bnon([a-z]{4,})/g, function (word, rest) {
        return rest === "etheless" ? word : "non-" + rest; // "nonrelapse" is "non-relapse"
      }).replace(/(\d),(\d{3})\b/g, "$1$2").replace(/'/g, "");
  }

  // British and American spellings come out the same; then plurals and common endings go.
  var stems = new Map();
  function stem(word) {
    if (!stems.has(word)) { stems.set(word, shortened(word)); }
    return stems.get(word);
  }

  function shortened(word) {
    if (/\d/.test(word) || word.length < 3) { return word; }
    if (IRREGULAR[word] && IRREGULAR.hasOwnProperty(word)) { return stem(IRREGULAR[word]); }
    if (word.length < 4) { return word; }
    var same = word.replace(/programme/, "program").replace(/ae|oe/g, "e")
      .replace(/([a-z]{2})our(s?|ed|ing)$/, "$1or$2")
      .replace(/is(e|ed|es|ing|ation|ations)$/, "iz$1").replace(/yse(d|s)?$/, "yze$1")
      .replace(/ll(ed|ing)$/, "l$1").replace(/tre(s?)$/, "ter$1").replace(/ph/g, "f");
    var base = same.replace(/(ies)$/, "y").replace(/(sses|xes|ches|shes)$/, function (end) {
      return end.slice(0, -2);
    });
    if (base === same) { base = same.replace(/([^siu])s$/, "$1"); }
    [/ations?$/, /iv(e|ity|ely)$/, /ically$/, /ingly$/, /edly$/, /ments?$/, /ings?$/, /ed$/, /ally$/, /ly$/, /al$/,
      /ities$/, /ity$/, /e$/, /y$/].some(function (ending) {
      var shorter = base.replace(ending, "");
      if (shorter !== base && shorter.length > 3) { base = shorter; return true; }
      return false;
    });
    return /^[a-z]{3}(ing|ed)$/.test(base) ? brief(base.slice(0, 3)) : base;
  }

  // What is left of "moving" and "ending": "move", for a consonant after a vowel lost its e; "end".
  function brief(rest) {
    return /^[^aeiou][aeiou][^aeiouwxy]$/.test(rest) ? rest + "e" : rest;
  }

  // A word that says nothing says nothing in its other forms: "takes", "taking" as "take".
  function inflected(words) {
    var bases = new Set(Array.from(words, stem));
    return function (word) {
      return words.has(word) || /(ing|ed|s)$/.test(word) && word.length > 4 && bases.has(stem(word));
    };
  }

  // Whether a word is a form of one that says nothing: "iller", "happiest" as "ill", "happy".
  function formsOf(everyday, words) {
    var bases = new Set(Array.from(words, stem));
    return function (word) {
      return [word, word.replace(/(er|est)$/, ""), word.replace(/(.)\1(er|est|ing|ed)$/, "$1"),
        word.replace(/i(er|est)$/, "y"), word.replace(/(er|est)$/, "e")].some(function (form) {
        return bases.has(stem(form)) || form !== word && everyday.has(stem(form));
      });
    };
  }

  function listed(text) { return new Set(text.split(/\s+/)); }

  // Names of capitals and a number: "CD19", "IL-6".
  function codes(text) {
    return (text.match(/\b[A-Z]{2,5}-?\d{1,4}(?![\w.%])/g) || []).map(function (code) { return plain(code).replace("-", ""); });
  }

  // A span of time in months; null where a term is none.
  function months(term) {
    var found = /^#(\d+(?:\.\d+)?)([mwd])$/.exec(term);
    return found && Number(found[1]) / { m: 1, w: 4.35, d: 30.4 }[found[2]];
  }

  // ---- the language of one review --------------------------------------------------------

  function Language(words) {
    var silent = listed(words.english.silent);
    var everyday = new Set(Array.from(listed(words.english.everyday), stem));
    this.silent = inflected(silent);
    this.empty = inflected(listed(words.english.function));
    var things = listed(words.english.things);
    this.thing = function (word) {
      return things.has(word) || things.has(word.replace(/s$/, "")) || things.has(word.replace(/(ss|x|ch|sh|o)es$/, "$1")) || this.ending.test(word);
    };
    this.everyday = function (word) { return everyday.has(stem(word)); };
    var plainer = new Set(Array.from(silent, stem).concat(Array.from(everyday)));
    var deeds = formsOf(plainer, listed(words.english.deeds)), notions = formsOf(plainer, listed(words.english.notions));
    this.deed = function (word) { return DEED.test(word) || deeds(word); };
    this.notion = notions;
    this.usual = Array.from(silent).concat(words.english.everyday.split(/\s+/));
    this.common = new Set(Array.from(listed(words.english.deeds)).concat(Array.from(listed(words.english.notions))));
    this.ending = new RegExp("(^|[a-z]{2})(" + words.english.endings.split(/\s+/).join("|") + ")s?$");
    this.shorthand = new Map(Object.entries(words.english.shorthand));
    this.numbered = new Set(words.numbered);
    this.stems = new Set(words.numbered.map(function (name) { return name.replace(/-\d+\w*$/, ""); }));
    this.phrases = new Map();
    this.kinds = new Map();
    this.starts = new Map();
    this.loose = new Map(); // phrases without the words that say nothing
    this.prefixes = new Set();
    this.within = new Map();
    this.codes = new Set();
    this.heard = null; // a set while the review itself is read: its words as they are written
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
    var tokens = this.tokens(phrase), silent = this.silent, key = stemsOf(tokens);
    codes(phrase).forEach(function (code) { this.codes.add(code); }, this);
    if (!key.length) { return; }
    tokens.forEach(function (token) { this.within.set(token.word, token.stem); }, this);
    if (kind === "product" && key.length === 1) { this.prefixes.add(tokens[0].word); }
    this.starts.set(key[0], Math.max(this.starts.get(key[0]) || 0, key.length));
    keep(this.phrases, key.join(" "), [concept, kind]);
    var rest = stemsOf(tokens.filter(function (token) { return !silent(token.word); }));
    if (rest.length > 1 && rest[0] === key[0] && rest[rest.length - 1] === key[key.length - 1]) { keep(this.loose, rest.join(" "), [concept, kind]); }
  };

  function stemsOf(tokens) { return tokens.map(function (token) { return token.stem; }); }

  function keep(map, name, hit) {
    if (!map.has(name)) { map.set(name, []); }
    map.get(name).push(hit);
  }

  // Tokens in order; a name and its number (KarMMa-3, karmma 3) are one token.
  Language.prototype.tokens = function (text) {
    var language = this, found = [], heard = this.heard;
    if (heard) {
      (plain(text).match(/\b[a-z]-[a-z]{2,}\b/g) || []).concat(codes(text)).forEach(function (code) { heard.add(code); });
    }
    var parts = plain(text).replace(/\b[a-z]{1,3}\d+\b/g, function (part) {
      return language.initials(part) || part; // "KM3"
    }).replace(/\b(\d+)(y|yrs?|mo|mths?|wks?)\b/g, "$1 $2") // "5y"
      .match(/[a-z]+-\d+[a-z]*\b|[a-z]+|\d+(?:\.\d+)?[a-z]*|,/g) || [];
    for (var i = 0; i < parts.length; i += 1) {
      if (parts[i] === ",") { continue; } // "KarMMa, 450" is no name
      var part = this.initials(parts[i]) || parts[i], pair = /^([a-z]+)-(\d+[a-z]*)$/.exec(part);
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
      var spelled = NUMBERS[part], word = spelled || part.replace(/^(\d0)s$/, "$1"); // "over 70s"
      if (this.heard) { this.heard.add(word); }
      found.push({ word: word, stem: stem(word), spelled: Boolean(spelled), raw: part });
    }
    return this.spans(found);
  };

  // "KM-3" and "K3" are KarMMa-3 where no other numbered name begins so.
  Language.prototype.initials = function (part) {
    var found = /^([a-z]{1,3})-?(\d+)$/.exec(part);
    if (!found || this.numbered.has(part)) { return null; }
    var pattern = new RegExp("^" + found[1].split("").join("[a-z]*") + "[a-z]+-" + found[2] + "$");
    var names = Array.from(this.numbered).filter(function (name) { return pattern.test(name); });
    return names.length === 1 ? names[0] : null;
  };

  // "36 months", "3-year": one token of months, so that three years and 36 months are the same.
  Language.prototype.spans = function (tokens) {
    var found = [];
    for (var i = 0; i < tokens.length; i += 1) {
      var unit = tokens[i + 1] && SPAN[tokens[i + 1].word];
      var count = unit === "y" && ORDINALS[tokens[i].word] || tokens[i].word;
      if (unit === "y" && /^(a|one)$/.test(count)) { count = "1"; } // "within a year"
      if (unit === "y" && count >= AGED || count === "0") { unit = ""; } // "70 years or older" is no follow-up
      if (unit && /^\d+(\.\d+)?$/.test(count)) {
        var months = unit === "y" ? Number(count) * 12 + "m" : Number(count) + unit;
        found.push({ word: "#" + months, stem: "#" + months, spelled: false, raw: tokens[i].raw });
        i += 1;
      } else if (/^[dwm]$/.test(SPAN[tokens[i].word]) && tokens[i + 1] && /^\d+$/.test(tokens[i + 1].word)) {
        var at = "#" + tokens[i + 1].word + SPAN[tokens[i].word]; // "day 90"
        found.push({ word: at, stem: at, spelled: false, raw: tokens[i + 1].raw });
        i += 1;
      } else { found.push(tokens[i]); }
    }
    return found;
  };

  // The words of a heading or a question, without the verbs and articles that tell the two apart.
  Language.prototype.phrase = function (text) {
    return this.tokens(text).filter(function (token) { return !AUXILIARY.test(token.word); })
      .map(function (token) { return token.stem; }).join(" ");
  };

  // The longest phrases of the kinds wanted, from left to right; loosely, words that say nothing may
  // stand between those of a phrase: "another kind of cancer".
  Language.prototype.match = function (tokens, wanted, loosely) {
    var found = [];
    for (var start = 0; start < tokens.length;) {
      var next = this.exact(tokens, start, wanted);
      if (loosely && !(next && next.size > 1)) { next = this.between(tokens, start, wanted) || next; }
      if (next) { found.push(next); }
      start += next ? next.size : 1;
    }
    return found;
  };

  Language.prototype.exact = function (tokens, start, wanted) {
    var size = Math.min(this.starts.get(tokens[start].stem) || 0, tokens.length - start);
    for (; size; size -= 1) {
      var name = stemsOf(tokens.slice(start, start + size)).join(" ");
      var hits = (this.phrases.get(name) || []).filter(function (hit) { return wanted(hit[1]); });
      if (hits.length) { return { start: start, size: size, hits: hits }; }
    }
    return null;
  };

  Language.prototype.between = function (tokens, start, wanted) {
    var name = tokens[start].stem, best = null;
    if (this.silent(tokens[start].word)) { return null; }
    for (var place = start + 1; place < Math.min(tokens.length, start + REACH); place += 1) {
      if (this.silent(tokens[place].word)) { continue; }
      name += " " + tokens[place].stem;
      var hits = (this.loose.get(name) || []).filter(function (hit) { return wanted(hit[1]); });
      if (hits.length) { best = { start: start, size: place - start + 1, hits: hits }; }
    }
    return best;
  };

  // What a text is indexed by: its words, and the concepts named in it.
  Language.prototype.terms = function (text) {
    var tokens = this.tokens(text), terms = tokens.map(function (token) { return token.stem; });
    [["term", "outcome"], ["product"], ["study"]].forEach(function (kinds) {
      this.match(tokens, function (kind) { return kinds.indexOf(kind) >= 0; })
        .forEach(function (found) {
          found.hits.forEach(function (hit) { terms.push(hit[0]); });
        });
    }, this);
    return terms;
  };

  scope.reviewLanguage = { Language: Language, codes: codes, months: months, plain: plain, stem: stem };
})(globalThis);
