import { AdapterError } from '../../models/peft/adapter'
import type { AdapterAbout } from '../../models/peft/adapter-about'
import type { ModelFolder } from '../../weights/manifest'

/**
 * Refuses an adapter that says it was trained on another model. Weights at another precision have another checksum: there the model's
 * name decides. Adapters of other programs say nothing; their shapes must do. Throws AdapterError naming both models.
 */
export function checkBase(what: string, { base }: Pick<AdapterAbout, 'base'>, { manifest }: ModelFolder): void {
  const { transformer } = manifest.components
  if (!base || !transformer || base.sha256 === transformer.sha256) return
  if (transformer.precision !== undefined && manifest.name.startsWith(base.name)) return
  throw new AdapterError(
    'adapter.base',
    `${what} was trained on '${base.name}' (${base.sha256.slice(0, 12)}…), not on '${manifest.name}' (${transformer.sha256.slice(0, 12)}…).`,
    `Use it with '${base.name}'.`,
  )
}

/** What an adapter trained on this model says of it. */
export function baseOf({ manifest }: ModelFolder): NonNullable<AdapterAbout['base']> {
  return { name: manifest.name, sha256: manifest.components.transformer?.sha256 ?? '' }
}
