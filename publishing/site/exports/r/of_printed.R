  rate <- function(x) pmin(pmax(x / 100, 1e-4), 1 - 1e-4)
  to <- function(x) {{to}}
  d$yi <- to(d$value)
  d$vi <- ((to(d$upper) - to(d$lower)) / (2 * qnorm((1 + d$level) / 2)))^2
