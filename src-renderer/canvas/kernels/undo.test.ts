import { describe, expect, it } from 'vitest'
import type { Placed } from './layout'
import { emptyStack, MOST_STEPS, recorded, redone, renamedIn, stepBetween, undone, withStep, type UndoStack } from './undo'

const at = (id: string, x: number): Placed => ({ id, x, y: 0, width: 10, height: 10 })
const xs = (placed: readonly Placed[]): (string | number)[][] => placed.map(({ id, x }) => [id, x])

function stepOf(before: readonly Placed[], after: readonly Placed[]): NonNullable<ReturnType<typeof stepBetween>> {
  const step = stepBetween(before, after)
  if (step === undefined) throw new Error('nothing changed')
  return step
}

describe('a step', () => {
  const before = [at('a', 0), at('b', 20), at('c', 40)]
  const after = [at('a', 0), at('b', 25)]
  const step = stepOf(before, after)

  it('holds what changed alone', () => {
    expect(step.places.map(({ id }) => id)).toEqual(['b', 'c'])
    expect(
      stepBetween(
        before,
        before.map((item) => ({ ...item })),
      ),
    ).toBeUndefined()
  })

  it('is taken back and done again', () => {
    expect(xs(withStep(after, step, 'back'))).toEqual(xs(before))
    expect(xs(withStep(before, step, 'again'))).toEqual(xs(after))
  })

  it('leaves alone what came meanwhile', () => {
    expect(xs(withStep([...after, at('new', 99)], step, 'back'))).toEqual([
      ['a', 0],
      ['b', 20],
      ['new', 99],
      ['c', 40],
    ])
  })
})

describe('the stack', () => {
  const move = (from: number, to: number) => stepOf([at('a', from)], [at('a', to)])

  it('goes back a hundred steps and forth again', () => {
    let stack: UndoStack = emptyStack
    for (let i = 0; i < MOST_STEPS + 20; i++) stack = recorded(stack, move(i, i + 1))
    expect(MOST_STEPS).toBe(100)
    let placed = [at('a', MOST_STEPS + 20)]
    let count = 0
    for (let taken = undone(stack); taken !== undefined; taken = undone(stack)) {
      placed = withStep(placed, taken.step, 'back')
      stack = taken.stack
      count++
    }
    expect([count, placed[0]?.x]).toEqual([100, 20])
    for (let taken = redone(stack); taken !== undefined; taken = redone(stack)) {
      placed = withStep(placed, taken.step, 'again')
      stack = taken.stack
    }
    expect(placed[0]?.x).toBe(MOST_STEPS + 20)
  })

  it('forgets what was taken back once something else is done', () => {
    const stack = recorded(recorded(emptyStack, move(0, 1)), move(1, 2))
    const back = undone(stack)?.stack ?? emptyStack
    expect(redone(back)?.step).toEqual(move(1, 2))
    expect(redone(recorded(back, move(1, 7)))).toBeUndefined()
  })

  it('goes along when a place gets its name', () => {
    const named = renamedIn(recorded(emptyStack, move(0, 5)), 'a', 'picture')
    expect(xs(withStep([at('picture', 5)], undone(named)?.step ?? { places: [] }, 'back'))).toEqual([['picture', 0]])
  })
})
