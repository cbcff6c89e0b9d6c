/** A picture's size: "512 × 512". */
export function dimensions(width: number, height: number): string {
  return `${width} × ${height}`
}

/** The size in megapixels, in as many figures as tell sizes apart: "0.016 MP", "0.26 MP", "1.0 MP", "16 MP". */
export function megapixels(width: number, height: number): string {
  const mp = (width * height) / 1e6
  return `${mp >= 10 ? Math.round(mp) : mp >= 1 ? mp.toFixed(1) : mp >= 0.1 ? mp.toFixed(2) : mp.toFixed(3)} MP`
}

/** A file or memory size: "840 kB", "1.2 GB" (powers of ten, as file managers show). */
export function byteSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`
}
