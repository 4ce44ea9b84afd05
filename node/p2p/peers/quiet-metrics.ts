/** libp2p's metrics, of which nothing is measured: traffic.ts adds the two hooks that it wants. */
import type { Counter, CounterGroup, Histogram, HistogramGroup, Metric, MetricGroup, Metrics } from '@libp2p/interface'

const nothing = (): void => undefined
const noTimer = () => nothing

const quiet: Metric & MetricGroup & Counter & CounterGroup & Histogram & HistogramGroup = {
  update: nothing,
  increment: nothing,
  decrement: nothing,
  observe: nothing,
  reset: nothing,
  timer: noTimer,
}

/** Answers every registration with the one meter that measures nothing. */
const register = (): typeof quiet => quiet

export const quietMetrics: Omit<Metrics, 'trackMultiaddrConnection' | 'trackProtocolStream'> = {
  registerMetric: register,
  registerMetricGroup: register,
  registerCounter: register,
  registerCounterGroup: register,
  registerHistogram: register,
  registerHistogramGroup: register,
  registerSummary: register,
  registerSummaryGroup: register,
  traceFunction: <F>(_name: string, traced: F): F => traced,
  createTrace: nothing,
}
