import { z } from 'zod'
import { checkedEnhancement, NO_ENHANCEMENT, type Enhancement } from '../../diffusion/target'
import { makeTransport, parameterNames, transports } from '../../diffusion/transports/table'
import type { Transport, TransportName } from '../../diffusion/transports/transport'

const NAMES = Object.keys(transports) as [TransportName, ...TransportName[]]
const WINDOW = {
  w_gt: z.number().optional(),
  w_cond: z.number().optional(),
  w_start: z.number().optional(),
  w_end: z.number().optional(),
}
const PARAMETERS = [...new Set(NAMES.flatMap(parameterNames))]

/** Options that name a transport: its parameters stand beside it or under `params`, those of the enhanced target too. */
export const transportOptions = {
  transport: z.enum(NAMES).default('OT_FM'),
  params: z.record(z.string(), z.number()).default({}),
  ...Object.fromEntries(PARAMETERS.map((name) => [name, z.number().optional()])),
  ...WINDOW,
  enhanced: z.strictObject(WINDOW).nullish(),
  enhance_target: z.boolean().default(false),
} as const

/** What `transportOptions` reads. */
export interface TransportChoice {
  readonly transport: TransportName
  readonly params: Readonly<Record<string, number>>
  readonly enhanced?: Readonly<Record<string, number | undefined>> | null | undefined
  readonly enhance_target: boolean
}

/** The transport that the options choose. Throws SettingError for a parameter that it does not have. */
export function chosenTransport(options: TransportChoice): Transport {
  const own = Object.entries(settings(options)).filter(([name]) => !(name in WINDOW))
  return makeTransport(options.transport, Object.fromEntries(own))
}

/** The weights of the enhanced target, with the released defaults for what is left out. */
export function chosenEnhancement(options: TransportChoice): Enhancement {
  const given = { ...settings(options), ...defined(options.enhanced ?? {}) }
  return checkedEnhancement({
    gt: given['w_gt'] ?? NO_ENHANCEMENT.gt,
    cond: given['w_cond'] ?? NO_ENHANCEMENT.cond,
    start: given['w_start'] ?? NO_ENHANCEMENT.start,
    end: given['w_end'] ?? NO_ENHANCEMENT.end,
  })
}

/** Whether the options ask for an enhanced target. */
export function isEnhanced(options: TransportChoice): boolean {
  return options.enhance_target || (options.enhanced ?? null) !== null
}

/** Parameters by name, from `params` and from beside it. */
function settings(options: TransportChoice): Record<string, number> {
  const beside = Object.entries(options).filter(([name]) => PARAMETERS.includes(name) || name in WINDOW)
  return { ...options.params, ...defined(Object.fromEntries(beside)) }
}

function defined(values: Readonly<Record<string, unknown>>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, number] => typeof entry[1] === 'number'))
}
