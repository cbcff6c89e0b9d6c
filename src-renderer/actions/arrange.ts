import { pairOf } from '../canvas/kernels/compare'
import { sideBySide } from '../canvas/kernels/layout'
import { fitPlaces, rememberChange, useCanvas } from '../state/canvas'
import { generationOf, usePictures } from '../state/pictures'

/** Lays the selected pictures side by side; where fewer than two are selected, all of them. */
export function arrange(): void {
  const { placed, selection, surface } = useCanvas.getState()
  const ids = selection.length > 1 ? selection : placed.map(({ id }) => id)
  useCanvas.setState({ placed: sideBySide(placed, ids, surface.width / Math.max(1, surface.height)) })
  rememberChange(placed)
  fitPlaces(ids)
}

export function selectAll(): void {
  useCanvas.setState(({ placed }) => ({ selection: placed.map(({ id }) => id), held: undefined }))
}

/** Compares the two pictures that were selected last; a comparison that is open is closed. */
export function compare(): void {
  const { compared, selection } = useCanvas.getState()
  const pictures = usePictures.getState()
  const finished = selection.filter((id) => generationOf(pictures, id) !== undefined)
  useCanvas.setState({ compared: compared === undefined ? pairOf(finished) : undefined })
}
