#!/usr/bin/env node
import "../dist/codo.js";
