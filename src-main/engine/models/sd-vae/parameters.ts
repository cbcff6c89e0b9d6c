import { plainNet } from '../../nn/net'
import { createBuilder } from '../../ops/table'
import { parametersOf } from '../parameters'
import { sdVaeDecoder, sdVaeEncoder } from './build'
import type { SdVaeConfig } from './config'

/** Every checkpoint key of both halves and its shape, in today's spelling. */
export function sdVaeParameters(config: SdVaeConfig): ReadonlyMap<string, readonly number[]> {
  return parametersOf(sdVaeEncoder(plainNet(createBuilder()), config), sdVaeDecoder(plainNet(createBuilder()), config))
}
