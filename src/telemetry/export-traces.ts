import { context, diag, DiagLogLevel, propagation, trace, type Tracer } from '@opentelemetry/api'

/** Where spans are sent, and what they say of their process. */
export interface TraceExport {
  /** Of a collector that speaks OTLP over HTTP; spans go to `/v1/traces` below it. */
  readonly endpoint: string
  /** Sent with each request, such as a key. */
  readonly headers: Readonly<Record<string, string>>
  readonly serviceName: string
  readonly version: string
  /** Of the traces that begin here, how many are recorded: 0 to 1. One that comes in with a request is recorded if its caller does. */
  readonly ratio: number
  /** Hears when spans could not be sent; they are lost then. */
  onError(error: Error): void
}

export interface Exporting {
  readonly tracer: Tracer
  /** Sends what is left, for some seconds at most, and ends. */
  end(): Promise<void>
}

/** How long one sending may take, tries again included. */
const SEND_WITHIN_MS = 5_000

/** Registers OpenTelemetry's SDK for this process, with traces in the format of W3C. It is loaded by this call and not before. */
export async function exportTraces(options: TraceExport): Promise<Exporting> {
  const { endpoint, headers, serviceName, version, ratio, onError } = options
  const [sdk, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ])
  tellErrors(onError)
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`
  const exporter = new OTLPTraceExporter({ url, headers, timeoutMillis: SEND_WITHIN_MS })
  const provider = new sdk.NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName, 'service.version': version }),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [new sdk.BatchSpanProcessor(exporter, { exportTimeoutMillis: SEND_WITHIN_MS })],
  })
  provider.register()
  return {
    tracer: provider.getTracer('linehaul', version),
    async end() {
      await provider.shutdown().catch(onError)
      for (const one of [trace, context, propagation, diag]) one.disable()
    },
  }
}

/** The SDK tells nobody but this logger that spans were lost. */
function tellErrors(onError: (error: Error) => void): void {
  const nobody = (): void => undefined
  const error = (message: string) => onError(new Error(message))
  diag.setLogger({ error, warn: nobody, info: nobody, debug: nobody, verbose: nobody }, DiagLogLevel.ERROR)
}
