/** A share for people: 0.12 %, 3.4 %, < 0.001 %. */
export function percent(share: number): string {
  const value = 100 * share
  if (value > 0 && value < 0.001) return '< 0.001 %'
  return `${Number(value.toPrecision(2))} %`
}
