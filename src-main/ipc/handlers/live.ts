import type { LivePictures } from '../../engine-host/live-pictures'
import type { Library } from '../../library/library'
import type { HandlersOf } from '../answer'

export function liveHandlers(
  live: Pick<LivePictures, 'draw'>,
  { states }: Pick<Library, 'states'>,
): HandlersOf<'live' | 'states'> {
  return {
    'live/draw': async ({ recipe }) => live.draw(recipe),
    'states/use': () => ({ bytes: states.use() }),
  }
}
