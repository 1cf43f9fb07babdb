
{{name}} <- function(d) {
  back <- function(y) {{back}}
  fit <- rma.mh(measure = "{{measure}}", ai = events, n1i = n, ci = events_2, n2i = n_2, data = d,
                level = 100 * level)
  told(back, fit$beta[1], fit$se, Inf, NA, NA, 0, 0)
}
