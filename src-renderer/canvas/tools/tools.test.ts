import { describe, expect, it } from 'vitest'
import { idle } from './idle'
import type { Pointer, Scene, Tool } from './tool'

const start: Scene = {
  view: { scale: 2, origin: { x: 0, y: 0 } },
  placed: [
    { id: 'a', x: 0, y: 0, width: 100, height: 100 },
    { id: 'b', x: 110, y: 0, width: 100, height: 100 },
  ],
  selection: [],
}
const onA = { x: 20, y: 20 }
const onB = { x: 300, y: 20 }
const nowhere = { x: 20, y: 300 }

type Event = [kind: 'down' | 'move' | 'up', at: { x: number; y: number }, held?: Partial<Pointer>]

/** Plays pointer events through the tools, as the surface does. */
function play(events: readonly Event[], scene = start): { scene: Scene; tool: Tool } {
  let tool: Tool = idle
  for (const [kind, at, held] of events) {
    const outcome = tool[kind]?.(scene, { at, button: 'main', add: false, space: false, ...held })
    if (outcome === undefined) continue
    tool = outcome.tool
    scene = { ...scene, ...outcome.change }
  }
  return { scene, tool }
}

describe('selecting', () => {
  it('happens at the press and ends in idle', () => {
    const pressed = play([['down', onB]])
    expect(pressed.scene.selection).toEqual(['b'])
    expect(
      play([
        ['down', onB],
        ['up', onB],
      ]).tool,
    ).toBe(idle)
  })

  it('adds with the modifier and takes away again', () => {
    const both = play([
      ['down', onA],
      ['up', onA],
      ['down', onB, { add: true }],
      ['up', onB],
    ]).scene
    expect(both.selection).toEqual(['a', 'b'])
    expect(
      play(
        [
          ['down', onB, { add: true }],
          ['up', onB, { add: true }],
        ],
        both,
      ).scene.selection,
    ).toEqual(['a'])
  })

  it('narrows to one of several when it is clicked', () => {
    expect(
      play(
        [
          ['down', onA],
          ['up', onA],
        ],
        { ...start, selection: ['a', 'b'] },
      ).scene.selection,
    ).toEqual(['a'])
  })

  it('is given up by a click on empty canvas', () => {
    expect(
      play(
        [
          ['down', nowhere],
          ['up', nowhere],
        ],
        { ...start, selection: ['a'] },
      ).scene.selection,
    ).toEqual([])
  })

  it('follows the right button, except on what is selected', () => {
    const right = { button: 'other' } as const
    expect(play([['down', onB, right]], { ...start, selection: ['a'] }).scene.selection).toEqual(['b'])
    expect(play([['down', onB, right]], { ...start, selection: ['a', 'b'] }).scene.selection).toEqual(['a', 'b'])
  })
})

describe('moving pictures', () => {
  it('moves all that is selected, in picture pixels', () => {
    const { scene } = play(
      [
        ['down', onA],
        ['move', { x: 40, y: 60 }],
        ['move', { x: 60, y: 40 }],
        ['up', { x: 60, y: 40 }],
      ],
      { ...start, selection: ['a', 'b'] },
    )
    expect(scene.placed.map(({ x, y }) => [x, y])).toEqual([
      [20, 10],
      [130, 10],
    ])
    expect(scene.selection).toEqual(['a', 'b'])
  })

  it('needs a few pixels, so that a shaky click moves nothing', () => {
    expect(
      play([
        ['down', onA],
        ['move', { x: 22, y: 22 }],
        ['up', { x: 22, y: 22 }],
      ]).scene.placed,
    ).toBe(start.placed)
  })
})

describe('moving the view', () => {
  it.each([
    ['on empty canvas', nowhere, {}],
    ['with the middle button', onA, { button: 'middle' }],
    ['with Space', onA, { space: true }],
  ] as const)('by dragging %s', (_, at, held) => {
    const { scene, tool } = play([
      ['down', at, held],
      ['move', { x: at.x + 50, y: at.y - 10 }, held],
    ])
    expect(scene.view.origin).toEqual({ x: -25, y: 5 })
    expect(scene.placed).toBe(start.placed)
    expect(tool.cursor).toBe('grabbing')
  })
})
