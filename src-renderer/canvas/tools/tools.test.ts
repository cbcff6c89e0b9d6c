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
  band: undefined,
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
    ['with the middle button', onA, { button: 'middle' }],
    ['with Space', onA, { space: true }],
    ['with Space, on empty canvas', nowhere, { space: true }],
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

describe('the rubber band', () => {
  it('selects what it touches, while it is drawn, and is gone when it is let go', () => {
    const drawn = play([
      ['down', nowhere],
      ['move', { x: 90, y: 10 }],
    ])
    expect(drawn.scene.band).toEqual({ x: 10, y: 5, width: 35, height: 145 })
    expect(drawn.scene.selection).toEqual(['a'])
    const wider = play([
      ['down', nowhere],
      ['move', { x: 90, y: 10 }],
      ['move', { x: 400, y: 10 }],
      ['up', { x: 400, y: 10 }],
    ])
    expect(wider.scene).toMatchObject({ band: undefined, selection: ['a', 'b'] })
    expect(wider.tool).toBe(idle)
  })

  it('adds with the modifier', () => {
    const add = { add: true }
    const scene = play(
      [
        ['down', nowhere, add],
        ['move', { x: 90, y: 10 }, add],
      ],
      { ...start, selection: ['b'] },
    ).scene
    expect(scene.selection).toEqual(['b', 'a'])
  })
})

it('a move that ends hands over the layout before it, so that it can be taken back', () => {
  let tool: Tool = idle
  let scene = { ...start, selection: ['a'] }
  for (const [kind, at] of [
    ['down', onA],
    ['move', { x: 80, y: 20 }],
    ['up', { x: 80, y: 20 }],
  ] as const) {
    const outcome = tool[kind]?.(scene, { at, button: 'main', add: false, space: false })
    tool = outcome?.tool ?? tool
    scene = { ...scene, ...outcome?.change } as typeof scene
    expect(outcome?.before).toBe(kind === 'up' ? start.placed : undefined)
  }
  expect(scene.placed[0]?.x).toBe(30)
})
