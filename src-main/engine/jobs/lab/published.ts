import type { PublishedFigure } from '#shared/schema/lab'

/** Figures of the paper (arXiv 2509.04394) and of the released code's README. They are of other models and data than ours, and stand beside. */

const README = 'TiM README, “Model Zoo”'
const PAPER = 'arXiv 2509.04394'

/** TiM-T2I, 865 M: GenEval by number of steps. */
export const genEval: readonly PublishedFigure[] = [
  { what: 'TiM-T2I, GenEval at 1 NFE', value: 0.67, unit: 'share', x: 1, source: README },
  { what: 'TiM-T2I, GenEval at 8 NFE', value: 0.76, unit: 'share', x: 8, source: README },
  { what: 'TiM-T2I, GenEval at 128 NFE', value: 0.83, unit: 'share', x: 128, source: README },
]

/** TiM-C2I, 664 M: FID on ImageNet by number of steps. */
export const classFid: readonly PublishedFigure[] = [
  { what: 'TiM-C2I-256, FID at 2 NFE', value: 6.14, unit: 'FID', x: 2, source: README },
  { what: 'TiM-C2I-256, FID at 500 NFE', value: 1.65, unit: 'FID', x: 500, source: README },
  { what: 'TiM-C2I-512, FID at 2 NFE', value: 4.79, unit: 'FID', x: 2, source: README },
  { what: 'TiM-C2I-512, FID at 500 NFE', value: 1.69, unit: 'FID', x: 500, source: README },
]

/** TiM-B/4 after 80 epochs on ImageNet, trained with each derivative. */
export const derivativeFigures: readonly PublishedFigure[] = [
  { what: 'TiM-B/4 trained with DDE, FID at 1 NFE', value: 49.91, unit: 'FID', x: 1, source: `${PAPER}, DDE against JVP` },
  { what: 'TiM-B/4 trained with JVP, FID at 1 NFE', value: 49.75, unit: 'FID', x: 1, source: `${PAPER}, DDE against JVP` },
  { what: 'TiM-B/4, steps a second with DDE', value: 2.4, unit: 'steps/s', source: `${PAPER}, DDE against JVP` },
  { what: 'TiM-B/4, steps a second with JVP', value: 1.8, unit: 'steps/s', source: `${PAPER}, DDE against JVP` },
]
