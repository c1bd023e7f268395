import type { LazyFormat } from './format.ts'

/** {@link htmlFormat}, loaded when a browser asks. */
export const lazyHtml: LazyFormat = {
  name: 'html',
  contentTypes: ['text/html'],
  load: () => import('./html.ts').then(({ htmlFormat }) => htmlFormat),
}

/** {@link openMetricsFormat}, loaded when it is first scraped. */
export const lazyOpenMetrics: LazyFormat = {
  name: 'open-metrics',
  contentTypes: ['application/openmetrics-text'],
  load: () => import('./open-metrics.ts').then(({ openMetricsFormat }) => openMetricsFormat),
}

/** {@link prometheusFormat}, loaded when it is first scraped. */
export const lazyPrometheus: LazyFormat = {
  name: 'prometheus',
  contentTypes: ['text/plain'],
  load: () => import('./open-metrics.ts').then(({ prometheusFormat }) => prometheusFormat),
}

/** {@link healthJsonFormat}, loaded when somebody prefers it. */
export const lazyHealthJson: LazyFormat = {
  name: 'health+json',
  contentTypes: ['application/health+json'],
  load: () => import('./health-json.ts').then(({ healthJsonFormat }) => healthJsonFormat),
}
