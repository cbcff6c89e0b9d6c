import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { readConfig } from '../../weights/component'
import { TrainingSettings } from '../../training/settings'

const name = z
  .string()
  .max(80)
  .regex(/^[A-Za-z0-9][\w.-]*$/, 'is made of letters, digits, dots, hyphens and underscores')

const Weighting = z.strictObject({
  type: z.enum(['constant', 'reciprocal', 'sqrt', 'square', 'Soft-Min-SNR']).default('sqrt'),
  stretch: z.enum(['plain', 'tangent', 'sigmoid']).default('tangent'),
  of: z.enum(['t-r', 't']).default('t-r'),
})

/** What a run file says. Where it is silent, the released values hold. Unknown names are refused. */
export const RunFile = z
  .strictObject({
    /** Of the run, and of the model that it makes. */
    name,
    /** Folder of pictures, from the run file's own folder. */
    pictures: z.string().min(1).max(4096),
    /** Installed model whose autoencoder and text encoder are used; without it the embedded one. */
    model: z.string().max(200).optional(),
    /** `model`: go on from its weights. `scratch`: new weights. */
    from: z.enum(['model', 'scratch']).default('model'),
    /** From scratch: settings of the network that differ from the model's, by their names in config.json. */
    network: z.record(z.string(), z.unknown()).default({}),
    objective: z
      .strictObject({
        derivative: z.enum(['dde', 'jvp']).default('dde'),
        epsilon: z.number().positive().max(0.5).default(0.005),
        directional: z.boolean().default(true),
        weighting: Weighting.prefault({}),
        /** Share of samples that learn without their caption. */
        captionDropout: z.number().min(0).max(1).default(0.1),
      })
      .prefault({}),
    training: TrainingSettings,
  })
  .refine(({ from, network }) => from === 'scratch' || Object.keys(network).length === 0, {
    message: 'only a run from scratch can change the network',
    path: ['network'],
  })
export type RunFile = z.infer<typeof RunFile>

/** Reads a run file; its folder of pictures becomes an absolute path. Throws WeightsError naming what is wrong, or FileError. */
export function readRunFile(path: string): RunFile {
  const run = readConfig(path, RunFile)
  return { ...run, pictures: resolve(dirname(path), run.pictures) }
}
