import { Box } from 'ink';
import { type ReactNode, useContext, useEffect, useMemo } from 'react';
import { CellRows } from './cells.tsx';
import { GraphicsContext } from './graphics.ts';
import { pictureRows } from './picture-rows.ts';
import { type Picture, pictureSize } from './picture.ts';
import { useTheme } from './theme.ts';

export interface PictureViewProps {
  readonly picture: Picture;
  /** Of the area; the picture is drawn in its middle, never larger than it is. */
  readonly width: number;
  readonly height: number;
}

/** A picture drawn with what the terminal has: by itself, or from blocks. */
export function PictureView({ picture, width, height }: PictureViewProps): ReactNode {
  const theme = useTheme();
  const graphics = useContext(GraphicsContext);
  useEffect(() => graphics.ask(), [graphics]);
  const size = pictureSize(picture, width, height);
  const sign = graphics.signOf(picture, size.columns, size.rows);
  const rows = useMemo(
    () =>
      sign === undefined
        ? pictureRows(picture, { columns: width, rows: height, theme })
        : Array.from({ length: size.rows }, () => sign.repeat(size.columns)),
    [picture, width, height, theme, sign, size.rows, size.columns],
  );
  const above = Math.floor((height - size.rows) / 2);
  const left = Math.floor((width - size.columns) / 2);
  return (
    <Box flexDirection="column" width={width} height={height} paddingTop={above} paddingLeft={left} flexShrink={0}>
      <CellRows rows={rows} />
    </Box>
  );
}
