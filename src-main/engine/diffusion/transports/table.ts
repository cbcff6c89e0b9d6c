import { SettingError } from '../errors'
import { edm } from './edm'
import { otFm } from './ot-fm'
import type { Transport, TransportFamily, TransportName } from './transport'
import { trigFlow } from './trig-flow'
import { veSde } from './ve-sde'
import { vpSde } from './vp-sde'

/** Every transport by its released name; the compiler rejects a missing one. */
export const transports: { readonly [N in TransportName]: TransportFamily } = {
  OT_FM: otFm,
  TrigFlow: trigFlow,
  EDM: edm,
  VP_SDE: vpSde,
  VE_SDE: veSde,
}

/** True for the name of a transport. */
export function isTransportName(name: unknown): name is TransportName {
  return typeof name === 'string' && Object.hasOwn(transports, name)
}

/** The parameter names a transport takes. */
export function parameterNames(name: TransportName): readonly string[] {
  return Object.keys(transports[name].defaults)
}

/**
 * A transport with its released defaults, some of them replaced. Throws SettingError for an unknown transport or parameter and for
 * a parameter that is not a finite number.
 */
export function makeTransport(name: string, parameters: Readonly<Record<string, number>> = {}): Transport {
  if (!isTransportName(name)) {
    throw new SettingError({ setting: 'transport', got: name, need: `one of ${Object.keys(transports).join(', ')}` })
  }
  const known = parameterNames(name)
  for (const [key, value] of Object.entries(parameters)) {
    if (!known.includes(key))
      throw new SettingError({ setting: `${name} parameter`, got: key, need: `one of ${known.join(', ')}` })
    if (!Number.isFinite(value)) throw new SettingError({ setting: `${name}.${key}`, got: value, need: 'a finite number' })
  }
  return transports[name].bind(parameters)
}
