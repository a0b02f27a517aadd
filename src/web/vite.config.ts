import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** What only some screens need, however many of them: dates, numbers, choices that search, dialogs and toasts. */
const later =
  /@mantine.(dates|notifications)|components.(Combobox|Drawer|Modal|NumberInput|ScrollArea|Select)|dayjs|react-(number-format|remove-scroll)/;

const isShared = /node_modules(?!.*index\.mjs$)/;
const isIcon = /icons-react(?!.*index)/;
/** Ours, but what leads to the later ones. */
const isOurs = /src.(web|domain|contract)(?!.*(choice|combobox|day-input|dialog|select))/i;

/** Everything the browser gets is built from here and served by us; nothing is loaded from elsewhere. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [react()],
  resolve: { alias: { zod: `${import.meta.dirname}/api/schema-shapes.ts` } },
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        // One file of what most screens share of the libraries, one of what they share of ours, and one of the icons: each
        // of a hundred small ones would cost a request. A library's index names everything it has, so it is no part of
        // what is shared.
        codeSplitting: {
          groups: [
            { name: 'icons', minShareCount: 2, test: isIcon },
            { name: 'base', minShareCount: 8, test: (id) => isShared.test(id) && !later.test(id) },
            { name: 'house', minShareCount: 8, test: isOurs },
          ],
        },
      },
    },
  },
  server: {
    host: '127.0.0.1',
    port: Number(process.env.WEB_PORT ?? 5173),
    strictPort: true,
    // Not all of /api: that is a folder of the sources here as well.
    proxy: { '^/api/(v1|docs)\\b': `http://127.0.0.1:${process.env.PORT ?? 4180}` },
  },
});
