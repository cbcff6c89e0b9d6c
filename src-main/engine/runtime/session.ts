import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import type { FusedOp } from '#shared/schema/device'
import type { Provider } from '#shared/schema/recipe'
import type * as Ort from 'onnxruntime-node'
import { evaluateDim, symbolsOf, termsOf } from '../ir/dim'
import { EngineError } from '../ir/errors'
import type { DType } from '../ir/dtype'
import { nameOf, type Graph } from '../ir/graph'
import { showShape } from '../ir/shape'
import type { Tensor } from '../ir/tensor'
import type { Value } from '../ir/value'
import { encodeOnnx, outputName } from '../onnx/encode'
import { identityModel } from '../onnx/identity-model'
import type { ExternalData } from '../onnx/tensor-proto'
import { runtimePackage } from './cuda'
import { absenceOf, DEVICES } from './devices'

export type { Provider }

export interface SessionOptions {
  readonly provider?: Provider
  /** Weights by key. A key left out is an input of every run. */
  readonly weights?: Readonly<Record<string, Tensor | ExternalData>>
  /**
   * `inputs` feeds the weights at each run (zero-copy on CPU, so that many graphs share one copy and training can change
   * them in place); `initializers` stores them in the session (needed where inputs would be uploaded at each run).
   */
  readonly weightsAs?: 'inputs' | 'initializers'
  readonly threads?: number
  /** Keep weights as they lie in their file instead of repacking a private copy. */
  readonly mapped?: boolean
  /** Keep weights that the graph casts in the precision of their file: folding the casts would widen all of them at load. */
  readonly asStored?: boolean
  /** Reuse memory between runs: faster, holds the peak. Off inside Electron, whose allocator cannot carry it. */
  readonly arena?: boolean
  readonly profile?: string
  /** Fused kernels that a self-test found right on this driver. */
  readonly fused?: readonly FusedOp[]
}

/** A graph ready to run. */
export interface Session {
  /**
   * Runs the graph. Results named in `into` are written into those tensors (of the right dtype and shape), the others into new ones.
   * Throws EngineError naming a feed that is missing or of the wrong dtype or shape.
   */
  run(feeds: Readonly<Record<string, Tensor>>, into?: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>>
  release(): Promise<void>
}

const ORT_TYPE: { readonly [D in DType]: Ort.Tensor.Type } = {
  f32: 'float32',
  f16: 'float16',
  bf16: 'uint16',
  i64: 'int64',
  i32: 'int32',
  bool: 'bool',
  u8: 'uint8',
  i8: 'int8',
}
const DTYPE_OF: Readonly<Record<string, DType>> = Object.fromEntries(
  Object.entries(ORT_TYPE).map(([dtype, type]) => [type, dtype as DType]),
)

let loaded: typeof Ort | undefined

/**
 * WebGPU's device and every shader compiled for it live as long as one of its sessions: this one stays open, so that the next network
 * does not compile them again (13 s → 0.4 s for a small one on a software driver).
 */
let keptDevice: Promise<Ort.InferenceSession> | undefined

/** Loads ONNX Runtime at its first use, so that help, errors and pure code start without it. */
function ort(): typeof Ort {
  loaded ??= createRequire(import.meta.url)(dirname(runtimePackage())) as typeof Ort
  return loaded
}

/** Creates a session for a graph. Throws EngineError where the provider refuses the graph. */
export async function openSession(graph: Graph, options: SessionOptions = {}): Promise<Session> {
  const weights = options.weights ?? {}
  const stored = options.weightsAs === 'initializers' || Object.values(weights).some((w) => 'file' in w) ? weights : {}
  const fed = stored === weights ? {} : weights
  const bytes = encodeOnnx(graph, stored)
  const inner = await create(bytes, options)
  const expected = [...graph.inputs, ...graph.params.filter((param) => !(nameOf(param) in stored))]
  const names = Object.keys(graph.outputs)
  // Weights do not change place between runs: wrap them once.
  const wrapped = new Map(
    graph.params.flatMap((param) => {
      const weight = fed[nameOf(param)]
      return weight && 'data' in weight ? [[nameOf(param), toOrt(weight)] as const] : []
    }),
  )
  return {
    async run(feeds, into) {
      const inputs: Record<string, Ort.Tensor> = {}
      const symbols: Record<string, number> = {}
      for (const value of expected) {
        const name = nameOf(value)
        const given = feeds[name]
        if (given) {
          checkFeed(value, given, symbols)
          inputs[name] = toOrt(given)
          continue
        }
        const weight = wrapped.get(name)
        if (!weight)
          throw new EngineError('runtime.feed', `Input '${name}' is missing.`, `Give ${value.dtype}${showShape(value.shape)}.`)
        inputs[name] = weight
      }
      const wanted = names.map((name) => [outputName(name), into?.[name] ? toOrt(into[name]) : null] as const)
      const results = await (into ? inner.run(inputs, Object.fromEntries(wanted)) : inner.run(inputs))
      return Object.fromEntries(names.map((name) => [name, fromOrt(name, results[outputName(name)])]))
    },
    release: () => inner.release(),
  }
}

async function create(bytes: Uint8Array, options: SessionOptions): Promise<Ort.InferenceSession> {
  const provider = options.provider ?? 'cpu'
  const absence = absenceOf(provider)
  // The runtime silently takes the CPU for a provider that it does not have.
  if (absence !== undefined)
    throw new EngineError('runtime.session', `${provider} cannot be used: ${absence}.`, 'Choose the CPU, or see `tim doctor`.')
  const arena = options.arena ?? process.versions.electron === undefined
  // Threads that spin after a run would take the cores from the next session's: with four sessions a step took twice as long.
  const extra: Record<string, Record<string, string>> = {
    session: { model_external_initializers_file_folder_path: '/', force_spinning_stop: '1' },
  }
  if (options.mapped) extra['session'] = { ...extra['session'], disable_prepacking: '1' }
  if (options.asStored) extra['optimization'] = { disable_specified_optimizers: 'ConstantFolding' }
  try {
    if (provider === 'webgpu')
      await (keptDevice ??= ort().InferenceSession.create(identityModel(), { executionProviders: [provider] }))
    return await ort().InferenceSession.create(bytes, {
      enableCpuMemArena: arena,
      enableMemPattern: arena,
      logSeverityLevel: 3,
      ...(options.asStored ? { graphOptimizationLevel: 'basic' as const } : {}),
      extra,
      ...(DEVICES[provider].session as Ort.InferenceSession.SessionOptions),
      ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
      ...(options.profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: options.profile }),
    })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new EngineError(
      'runtime.session',
      `${provider} cannot run this graph: ${reason}`,
      'Choose the CPU, or see `tim doctor`.',
      { cause },
    )
  }
}

function checkFeed(value: Value, given: Tensor, symbols: Record<string, number>): void {
  const wrong = (): never => {
    const got = `${given.dtype}(${given.shape.join(',')})`
    throw new EngineError(
      'runtime.feed',
      `Input '${nameOf(value)}' is ${got}, expected ${value.dtype}${showShape(value.shape)}.`,
      'Give that dtype and shape.',
    )
  }
  if (given.dtype !== value.dtype || given.shape.length !== value.shape.length) wrong()
  value.shape.forEach((dim, axis) => {
    const size = given.shape[axis] ?? 0
    const [term, ...others] = termsOf(dim)
    const symbol = term?.symbols[0]
    if (term && symbol !== undefined && others.length === 0 && term.symbols.length === 1) {
      if (size % term.coefficient !== 0) wrong()
      symbols[symbol] ??= size / term.coefficient
    }
    if (symbolsOf(dim).every((s) => s in symbols) && evaluateDim(dim, symbols) !== size) wrong()
  })
}

function toOrt(value: Tensor): Ort.Tensor {
  return new (ort().Tensor)(ORT_TYPE[value.dtype], value.data as Float32Array, [...value.shape])
}

function fromOrt(name: string, value: Ort.Tensor | undefined): Tensor {
  const dtype = value && DTYPE_OF[value.type]
  if (!value || !dtype) throw new EngineError('runtime.result', `Output '${name}' did not come back.`, 'See `tim doctor`.')
  return { dtype, shape: [...value.dims], data: value.data as Tensor['data'] }
}
