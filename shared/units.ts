/**
 * Numbers that must not be mixed up carry their unit in their type. A branded number is a plain number at run time;
 * the compiler refuses to add pixels of the screen to pixels of the canvas.
 */
declare const unit: unique symbol

/** A number in the unit `Name`. */
export type Unit<Name extends string> = number & { readonly [unit]: Name }

/** Pixels of the window (CSS pixels). */
export type ScreenPx = Unit<'ScreenPx'>
/** Pixels of the endless canvas on which pictures lie; one of them is one picture pixel at 100 %. */
export type CanvasPx = Unit<'CanvasPx'>
/** Cells of the autoencoder's grid: picture pixels divided by its factor. */
export type LatentPx = Unit<'LatentPx'>
/** Time along the transport, from T_max (noise) down to T_min (picture). */
export type DiffusionTime = Unit<'DiffusionTime'>
/** Sizes of files and memory. */
export type Bytes = Unit<'Bytes'>
/** Durations. */
export type Milliseconds = Unit<'Milliseconds'>

export const screenPx = (n: number): ScreenPx => n as ScreenPx
export const canvasPx = (n: number): CanvasPx => n as CanvasPx
export const latentPx = (n: number): LatentPx => n as LatentPx
export const diffusionTime = (n: number): DiffusionTime => n as DiffusionTime
export const bytes = (n: number): Bytes => n as Bytes
export const milliseconds = (n: number): Milliseconds => n as Milliseconds
