
{{name}} <- function(d) { # normal effects, half-normal prior on tau, flat prior on the mean
  back <- function(y) {{back}}
{{effects}}
  edges <- seq(0, 9 * {{tau_scale}}, length.out = 20001) # the sum over tau, by midpoints
  tau <- (edges[-1] + edges[-length(edges)]) / 2
  weight <- 1 / outer(d$vi, tau^2, "+")
  total <- colSums(weight)
  mean <- colSums(weight * d$yi) / total
  form <- colSums(weight * outer(d$yi, mean, "-")^2)
  density <- dnorm(tau, 0, {{tau_scale}}, log = TRUE) +
    (colSums(log(weight)) - log(total) - form) / 2
  share <- exp(density - max(density))
  share <- share / sum(share)
  quantiles <- function(shares, error) vapply(shares, function(p) {
    below <- function(x) sum(share * pnorm((x - mean) / error)) - p
    uniroot(below, c(min(mean - 40 * error), max(mean + 40 * error)), tol = 1e-10)$root
  }, numeric(1))
  tails <- c((1 - level) / 2, (1 + level) / 2)
  inner <- sort(back(quantiles(tails, sqrt(1 / total))))
  outer <- sort(back(quantiles(tails, sqrt(1 / total + tau^2))))
  list(value = back(quantiles(0.5, sqrt(1 / total))), lower = inner[1], upper = inner[2],
       prediction_lower = outer[1], prediction_upper = outer[2],
       tau2 = approx(c(0, cumsum(share)), edges, 0.5, ties = "ordered")$y^2)
}
