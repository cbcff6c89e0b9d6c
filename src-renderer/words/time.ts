/** A time along the path from noise (1) to picture (0), in three decimals at most: "1", "0.875", "0.008". */
export function time(t: number): string {
  return String(Math.round(t * 1000) / 1000)
}
