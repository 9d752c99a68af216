import { exporterOf } from './formats/exporter.ts';
import { rocketmap } from './formats/rocketmap.ts';

export default exporterOf(rocketmap, 'rocketmap');
