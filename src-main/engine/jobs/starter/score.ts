import type { Tensor } from '../../ir/tensor'
import { rankOf, rowOf, type Opinion } from '../../scoring/evaluator'
import type { Judge } from './judge'
import { autoencoderConfig } from './latents'
import { addJumps, backgroundOf, seamRatio, tintOf, type Jumps } from './measures'
import { arrangements } from './places'
import type { Scene, Thing } from './scenes'

/** Quality of a set of pictures: shares of 0 … 1; what no scene of the set asks for is left out. */
export interface Quality {
  readonly pictures: number
  /** The thing of each place ranks first, or among five: over all places. */
  readonly top1: number
  readonly top5: number
  readonly style: number
  readonly background: number
  /** Of two different things, both rank first somewhere in the picture; and each where it was asked for. */
  readonly bothPresent?: number
  readonly bothPlaced?: number
  /** All of several things rank first. */
  readonly allPresent?: number
  readonly tint?: number
  readonly seamRatio: number
}

/** Judges pictures as they come. */
export class Score {
  private pictures = 0
  private readonly shares = new Map<string, { hits: number; count: number }>()
  private readonly jumps: Jumps = { across: 0, acrossCount: 0, inside: 0, insideCount: 0 }
  private readonly features: Float32Array[] = []

  async add(judge: Judge, scenes: readonly Scene[], pictures: Tensor<'f32'>): Promise<void> {
    const opinions = await judge.look(pictures, scenes)
    scenes.forEach((scene, i) => this.addOne(scene, opinions[i] ?? [], rowOf(pictures, i)))
  }

  /** Length of a row of `rows`. */
  get width(): number {
    return this.features[0]?.length ?? 0
  }

  /** What the evaluator's penultimate layer showed, one row for each look. */
  get rows(): Float32Array {
    const rows = new Float32Array(this.features.length * this.width)
    this.features.forEach((row, i) => rows.set(row, i * this.width))
    return rows
  }

  quality(): Quality {
    const share = (name: string): number | undefined => {
      const found = this.shares.get(name)
      return found && Number((found.hits / found.count).toFixed(4))
    }
    const optional = Object.fromEntries(
      (['bothPresent', 'bothPlaced', 'allPresent', 'tint'] as const).flatMap((name) => {
        const value = share(name)
        return value === undefined ? [] : [[name, value]]
      }),
    )
    return {
      pictures: this.pictures,
      top1: share('top1') ?? 0,
      top5: share('top5') ?? 0,
      style: share('style') ?? 0,
      background: share('background') ?? 0,
      ...optional,
      seamRatio: Number(seamRatio(this.jumps).toFixed(3)),
    }
  }

  private addOne(scene: Scene, opinions: readonly Opinion[], picture: Float32Array): void {
    const ranks = ranksOf(scene, opinions)
    this.pictures++
    for (const rank of ranks) {
      this.count('top1', rank < 1)
      this.count('top5', rank < 5)
    }
    this.features.push(...opinions.map(({ features }) => features.slice()))
    const styles = opinions.map((opinion, i) => opinion.style(thingAt(scene, i).concept))
    this.count('style', rankOf(sum(styles), scene.style) === 0)
    this.count('background', backgroundOf(picture) === scene.background)
    this.countTogether(scene, opinions, ranks)
    const [{ tint }] = scene.things
    if (tint !== undefined && scene.arrangement === 'whole') this.count('tint', tintOf(picture, scene.background) === tint)
    addJumps(picture, autoencoderConfig.factor, this.jumps)
  }

  private countTogether({ things: [a, b] }: Scene, opinions: readonly Opinion[], ranks: readonly number[]): void {
    const placed = ranks.every((rank) => rank === 0)
    if (b) {
      const shows = (cell: number, concept: number): boolean => rankOf(opinions[cell]?.concept ?? EMPTY, concept) === 0
      this.count('bothPlaced', placed)
      this.count('bothPresent', placed || (shows(0, b.concept) && shows(1, a.concept)))
    } else if (ranks.length > 1) this.count('allPresent', placed)
  }

  private count(name: string, hit: boolean): void {
    const known = this.shares.get(name) ?? { hits: 0, count: 0 }
    this.shares.set(name, { hits: known.hits + Number(hit), count: known.count + 1 })
  }
}

const EMPTY = new Float32Array(0)

/** The rank of what should be there, for each look. */
function ranksOf(scene: Scene, opinions: readonly Opinion[]): readonly number[] {
  return opinions.map(({ concept }, i) => rankOf(concept, thingAt(scene, i).concept))
}

/** The thing that look `index` should show. */
function thingAt({ arrangement, things }: Scene, index: number): Thing {
  return things[arrangements[arrangement].cells[index]?.thing ?? 0] ?? things[0]
}

function sum(rows: readonly Float32Array[]): Float32Array {
  const [first = EMPTY, ...rest] = rows
  return rest.reduce((total, row) => total.map((x, i) => x + (row[i] ?? 0)), first)
}
