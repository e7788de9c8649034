/** A diagram of who calls whom, from the top to the bottom. */
import {escapeXml, picture} from './svg.ts'

export interface Sequence {
  readonly title: string
  /** From left to right. */
  readonly parties: readonly string[]
  /** A call from one party to another, or what one does by itself, by their places in `parties`. */
  readonly steps: readonly {readonly from: number; readonly to: number; readonly text: string}[]
}

const BETWEEN = 190
const MARGIN = 80
const BOX = {width: 150, height: 36}
const STEP = 46
const TOP = 76

const head = (x: number, y: number, direction: number): string =>
  `<path class="head" d="M${x} ${y} l${-9 * direction} -5 v10 z"/>`

export const drawSequence = ({title, parties, steps}: Sequence): string => {
  const at = (party: number): number => MARGIN + party * BETWEEN
  const bottom = TOP + steps.length * STEP
  const lanes = parties.flatMap((name, party) => [
    `<rect x="${at(party) - BOX.width / 2}" y="8" width="${BOX.width}" height="${BOX.height}" rx="6"/>`,
    `<text class="middle strong" x="${at(party)}" y="31">${escapeXml(name)}</text>`,
    `<line x1="${at(party)}" y1="44" x2="${at(party)}" y2="${bottom}" stroke-dasharray="3 4"/>`,
  ])
  const calls = steps.flatMap(({from, to, text}, index) => {
    const y = TOP + index * STEP + 16
    const label = `${index + 1}  ${escapeXml(text)}`
    if (from === to)
      return [
        `<path class="arrow" d="M${at(from)} ${y - 8} h22 v16 h-14"/>`,
        head(at(from) + 1, y + 8, -1),
        `<text x="${at(from) + 30}" y="${y + 5}">${label}</text>`,
      ]
    const direction = Math.sign(to - from)
    return [
      `<path class="arrow" d="M${at(from)} ${y} H${at(to) - 8 * direction}"/>`,
      head(at(to), y, direction),
      `<text class="middle" x="${(at(from) + at(to)) / 2}" y="${y - 8}">${label}</text>`,
    ]
  })
  return picture(2 * MARGIN + (parties.length - 1) * BETWEEN, bottom + 12, title, [...lanes, ...calls])
}
