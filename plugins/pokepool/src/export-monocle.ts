import { monocle } from './formats/monocle.ts';
import { exporterOf } from './formats/exporter.ts';

export default exporterOf(monocle, 'monocle');
