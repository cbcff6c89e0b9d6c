import { plainNet } from '../../nn/net'
import { createBuilder } from '../../ops/table'
import { parametersOf } from '../parameters'
import { dcAeDecoder, dcAeEncoder } from './build'
import type { DcAeConfig } from './config'

/** Every checkpoint key of both halves and its shape. */
export function dcAeParameters(config: DcAeConfig): ReadonlyMap<string, readonly number[]> {
  return parametersOf(dcAeEncoder(plainNet(createBuilder()), config), dcAeDecoder(plainNet(createBuilder()), config))
}
