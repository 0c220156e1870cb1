/** One line of a chart. */
export interface ChartSeries {
  readonly label: string;
  /** A CSS colour; variables such as those of `regionColor` are allowed and follow the theme. */
  readonly color: string;
  /** @default 2 */
  readonly width?: number;
  /** Lengths of dash and gap, to tell lines apart without colour. @default - solid */
  readonly dash?: readonly number[];
  /** Draws dots and no line between them. @default false */
  readonly isPoints?: boolean;
}

/** Times in seconds since the epoch, ascending; then the values of each series, null where there is none. */
export type ChartData = readonly [
  times: readonly number[],
  ...values: readonly (readonly (number | null)[])[],
];
