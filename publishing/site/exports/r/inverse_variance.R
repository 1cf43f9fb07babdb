{{name}} <- function(d) {
  k <- nrow(d)
  back <- function(y) {{back}}
{{effects}}
  fit <- rma(yi, vi, data = d, method = "{{estimator}}", level = 100 * level,
             control = list(threshold = 1e-12, maxiter = 10000))
  classical <- fit$se
  common <- sqrt(1 / sum(1 / d$vi)) # of the common effect
  hartung_knapp <- rma(yi, vi, data = d, tau2 = fit$tau2, test = "knha")$se
  error <- {{error}}
  df <- {{df}}
  told(back, fit$beta[1], error, df, {{spread}}, {{spread_df}}, fit$tau2,
       {{further}})
}

