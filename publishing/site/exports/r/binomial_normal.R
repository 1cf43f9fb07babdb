{{name}} <- function(d) {
  k <- nrow(d)
  back <- function(y) {{back}}
  if (sum(d$events) %in% c(0, sum(d$n))) { # no maximum on the logit scale: summed counts
    exact <- 100 * binom.test(sum(d$events), sum(d$n), conf.level = level)$conf.int
    summed <- 100 * sum(d$events) / sum(d$n)
    return(list(value = summed, lower = exact[1], upper = exact[2],
                prediction_lower = exact[1], prediction_upper = exact[2], tau2 = 0,
                marginal = summed, marginal_lower = exact[1], marginal_upper = exact[2]))
  }
  fit <- rma.glmm(measure = "PLO", xi = events, ni = n, data = d, method = "{{estimator}}",
                  level = 100 * level, nAGQ = 25)
  classical <- fit$se
  error <- {{error}}
  df <- {{df}}
  told(back, fit$beta[1], error, df, {{spread}}, {{spread_df}}, fit$tau2,
       {{further}})
}

