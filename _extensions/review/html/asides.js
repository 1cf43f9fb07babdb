// What a question says beside what it asks: who says so, who asks, what for, how old somebody is.
// A classic script without a document. `reviewAsides(text)` takes a question in lower case, without
// accents, and gives `asks`, the question without them, and `heard` and `told`: heard is whose word
// it is, told is of whom or for what one asks.
(function (scope) {
  "use strict";

  // Where a clause begins; a question word, an auxiliary or a conjunction ends a subject.
  var BEGINS = "(^|[.,;:!?()]\\s*|\\s-\\s*|\\b(?:and|but|so|because|since)\\s)";
  var ENDS = "what|whats|which|who|whom|whose|how|when|where|why|is|are|was|were|does|do|did|can|could|will|" +
    "would|should|has|have|had|if|and|or|but|than|because|when|i|im|ive|we|weve|it|that";
  var WORD = "(?:(?!(?:" + ENDS + ")\\b)[a-z][a-z-]*\\s)";
  var SAYS = "(?:says?|said|tells?|told|thinks?|thought|claims (?=that|it|the)|claimed|mentions?|mentioned|reckons?|reckoned|" +
    "insists?|insisted|warns?|warned|swears?|mumbled|muttered|suggests?|suggested|keeps? (?:on )?(?:about|saying|telling|going on about)|" +
    "wants? to know|wanted to know|asks?|asked|is asking|are asking|explained|argues?|argued|believes?|assures?|assured|promised|wonders?|posted|wrote)";
  var HEARS = "(?:read|reading|heard|hear|hearing|told|saw|seen|googled|looked up|understand|gather|think|thought|wonder|wondering|believe|was asked|were asked)";
  var WHOM = "(?: (?:to )?(?:me|us|him|her|them|you|my [a-z]+))?(?: (?:that|about))?\\b";
  var PLACE = "(?: (?:on|in|at|from|by) (?:the |a |an |my |our |some )?[a-z]+(?: (?:group|page|forum|clinic|lady|nurse|ward|news))?)?";
  var SOURCES = [
    BEGINS + "(" + WORD + "{1,6}" + SAYS + WHOM + ")",
    BEGINS + "((?:i|ive|im|we|weve)(?: (?:have|was|were|am|are|keep|just|only|also|once|been|recently))* " + HEARS +
      "(?: somewhere| online)?" + PLACE + WHOM + ")",
    BEGINS + "(according to (?:my|our|the|a|an|some) [a-z]+(?: [a-z]+)?)(?=[,;:]|\\s-)",
  ].map(compiled);
  var ASKERS = [
    "^()((?:speaking |asking |writing )?(?:as|being) (?:a|an|the|his|her|their) [^,:;?]{2,40}?)(?=\\s*[,:;]|\\s-\\s|\\s(?:i|we|what|how|which|is|are|do|does|can|when|where|why|who)\\b)",
    "^()((?:(?:i am|im) (?:just |only )?(?:a|an|the|his|her|their|one)\\b[^,:;?.]{2,50}?|we are (?:a |an |the |two |both )?[a-z]+s))(?=\\s*[,:;.]|\\s-\\s|\\s(?:and|but|so|what|how|which|who)\\b)",
    "^()([a-z]+(?: [a-z]+){0,3} here)(?=\\s*[,:;.]|\\s-\\s)",
    "^()((?:(?:i am|im|we are) )?(?:for (?:my|our|a|an|the|this|next|tomorrows|todays)|preparing|writing|making|putting together|drafting|updating|working on|giving|planning|designing|presenting)\\b[^,:;?.]{2,60}?)(?=\\s*[,:;.]|\\s-\\s)",
    "^()((?:a )?(?:quick|silly|stupid|simple|daft|dumb) (?:question|one|query))(?=\\s*[,:;.]|\\s-\\s|\\s(?:about|on)\\b)",
    "()((?:\\b(?:a|an|the|my|our|in|for|with|at|aged?) )*(?<!(?:over|under|above|below|than|to|beyond)[ -])\\b\\d{2}[ -]?(?:(?:yr|yrs|year|years|y)[ -]?(?:old|o)|yo)\\b(?! (?:and|or) (?:over|older|above|up))(?: (?:man|woman|male|female|lady|gentleman|gent|pt|patient|guy))?)(?= )",
  ].map(compiled);

  function compiled(source) { return new RegExp(source, "g"); }

  function taken(text, patterns) {
    var out = [];
    patterns.forEach(function (pattern) {
      text = text.replace(pattern, function (all, before, said) {
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
