// What a question says beside what it asks: who says so, who asks, what for, how old somebody is.
// A classic script without a document. `reviewAsides(text)` takes a question in lower case, without
// accents, and gives `asks`, the question without them, and `heard` and `told`: heard is whose word
// it is, told is of whom or for what one asks.
(function (scope) {
  "use strict";

  // Where a clause begins; a question word, an auxiliary or a conjunction ends a subject.
  var BEGINS = "(^|[.,;:!?()]\\s*|\\s-\\s*|\\b(?:and|but|so|because|since)\\s)";
  var ENDS = "what|whats|which|who|whom|whose|how|when|where|why|is|are|was|were|does|do|did|can|" +
    "could|will|would|should|has|have|had|if|and|or|but|than|because|i|im|ive|we|weve|it|that";
  var WORD = "(?:(?!(?:" + ENDS + ")\\b)[a-z][a-z-]*\\s)";
  var SAYS = any("says?|said|tells?|told|thinks?|thought|claims (?=that|it|the)|claimed|mentions?",
    "mentioned|reckons?|reckoned|insists?|insisted|warns?|warned|swears?|mumbled|muttered|suggests?",
    "suggested|keeps? (?:on )?(?:about|saying|telling|going on about)|wants? to know|wanted to know",
    "asks?|asked|is asking|are asking|explained|argues?|argued|believes?|assures?|assured|promised",
    "wonders?|posted|wrote");
  var HEARS = any("read|reading|heard|hear|hearing|told|saw|seen|googled|looked up|understand|gather",
    "think|thought|wonder|wondering|believe|was asked|were asked");
  var WHOM = "(?: (?:to )?(?:me|us|him|her|them|you|my [a-z]+))?(?: (?:that|about))?\\b";
  var PLACE = "(?: (?:on|in|at|from|by) (?:the |a |an |my |our |some )?[a-z]+" +
    "(?: (?:group|page|forum|clinic|lady|nurse|ward|news))?)?";
  var OFTEN = "(?: (?:have|was|were|am|are|keep|just|only|also|once|been|recently))* ";
  var SOURCES = [
    BEGINS + "(" + WORD + "{1,6}" + SAYS + WHOM + ")",
    BEGINS + "((?:i|ive|im|we|weve)" + OFTEN + HEARS + "(?: somewhere| online)?" + PLACE + WHOM + ")",
    BEGINS + "(according to (?:my|our|the|a|an|some) [a-z]+(?: [a-z]+)?)(?=[,;:]|\\s-)",
  ].map(compiled);
  // Where what comes first in a question ends.
  var STOP = "\\s*[,:;]|\\s-\\s";
  var MEANS = any("for (?:my|our|a|an|the|this|next|tomorrows|todays)|preparing|writing|making",
    "putting together|drafting|updating|working on|giving|planning|designing|presenting");
  var ASKERS = [
    // "as a pharmacist", "I am a nurse", "we are farmers", "ward nurse here"
    "^()((?:speaking |asking |writing )?(?:as|being) (?:a|an|the|his|her|their) [^,:;?]{2,40}?)(?=" + STOP +
      "|\\s(?:i|we|what|how|which|is|are|do|does|can|when|where|why|who)\\b)",
    "^()((?:(?:i am|im) (?:just |only )?(?:a|an|the|his|her|their|one)\\b[^,:;?.]{2,50}?" +
      "|we are (?:a |an |the |two |both )?[a-z]+s))" +
      "(?=" + STOP + "|\\s*\\.|\\s(?:and|but|so|what|how|which|who)\\b)",
    "^()([a-z]+(?: [a-z]+){0,3} here)(?=" + STOP + "|\\s*\\.)",
    // "for my journal club", "quick question"
    "^()((?:(?:i am|im|we are) )?" + MEANS + "\\b[^,:;?.]{2,60}?)(?=" + STOP + "|\\s*\\.)",
    "^()((?:a )?(?:quick|silly|stupid|simple|daft|dumb) (?:question|one|query))" +
      "(?=" + STOP + "|\\s(?:about|on)\\b)",
    // "in a 60 yr old man", not "over 60 years" or "60 years or older"
    "((?:\\b(?:over|under|above|below|than|to|beyond)[ -])?)((?:\\b(?:a|an|the|my|our|in|for|with|at|aged?) )*" +
      "\\b\\d{2}[ -]?(?:(?:yr|yrs|year|years|y)[ -]?(?:old|o)|yo)\\b" +
      "(?! (?:and|or) (?:over|older|above|up))" +
      "(?: (?:man|woman|male|female|lady|gentleman|gent|pt|patient|guy))?)(?= )",
  ].map(compiled);

  function any() { return "(?:" + Array.from(arguments).join("|") + ")"; }

  function compiled(source) { return new RegExp(source, "g"); }

  function taken(text, patterns) {
    var out = [];
    patterns.forEach(function (pattern) {
      text = text.replace(pattern, function (all, before, said) {
        if (/[a-z][ -]$/.test(before) && /^\d/.test(said)) { return all; } // "over 60 years old"
        out.push(said);
        return before + " ";
      });
    });
    return { rest: text, out: out };
  }

  function reviewAsides(text) {
    var told = taken(text, ASKERS), heard = taken(told.rest.replace(/^[\s,:;-]+/, ""), SOURCES);
    return { asks: heard.rest.trim(), heard: heard.out, told: told.out };
  }

  scope.reviewAsides = reviewAsides;
})(globalThis);
