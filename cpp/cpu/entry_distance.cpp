// The checked entries of the distance kernels, and the plain parts of the groups' distances.
// SPDX-License-Identifier: Apache-2.0
#include "entry.h"
#include "kernels_distance.h"

using namespace vc;

namespace {

int32_t check_isa(const char* name, int32_t isa) {
  return allowed(isa) ? VC_OK
                      : fail(VC_UNSUPPORTED, "%s: instruction set %d was asked for, this processor has up to %d", name, isa,
                             best());
}

// Rows that are there: an address for the values, their packed form and their norms, unless there are none.
bool whole(int64_t rows, int64_t columns, int64_t x, int64_t packed, int64_t norm) {
  return rows >= 0 && columns >= 0 && (rows == 0 || (norm && (columns == 0 || (x && packed))));
}

int64_t panels(int64_t rows) { return (rows + kPanel - 1) / kPanel; }

row_set rows_of(int64_t rows, int64_t x, int64_t packed, int64_t norm) {
  return {rows, at<float>(x), at<float>(packed), at<float>(norm)};
}

// The rows of a unit of a group: the groups' rows cut evenly, in multiples of a panel.
int64_t units_in(int64_t rows) { return (rows + kBlock - 1) / kBlock; }
int64_t unit_rows(int64_t rows) {
  const int64_t units = units_in(rows);
  return units ? panels((rows + units - 1) / units) * kPanel : 0;
}

}  // namespace

extern "C" {

int32_t vc_cpu_distance_centre(int32_t isa, int64_t x_rows, int64_t x, int64_t y_rows, int64_t y, int64_t columns,
                               int64_t centre) {
  if (int32_t bad = check_isa("distance_centre", isa)) return bad;
  if (columns == 0) return VC_OK;
  if (x_rows < 0 || y_rows < 0 || columns < 0 || (x_rows && !x) || (y_rows && !y) || !centre)
    return missing("distance_centre", "operand");
  VC_PICK(isa, distance_centre)(x_rows, at<float>(x), y_rows, at<float>(y), columns, at<float>(centre));
  return VC_OK;
}

int64_t vc_cpu_distance_packed_floats(int64_t rows, int64_t columns) { return panels(rows) * kPanel * columns; }

int64_t vc_cpu_distance_norm_floats(int64_t rows) { return panels(rows) * kPanel; }

int32_t vc_cpu_distance_pack(int32_t isa, int64_t rows, int64_t columns, int64_t x, int64_t centre, int64_t packed,
                             int64_t norm) {
  if (int32_t bad = check_isa("distance_pack", isa)) return bad;
  if (!whole(rows, columns, x, packed, norm) || (rows && columns && !centre)) return missing("distance_pack", "operand");
  VC_PICK(isa, distance_pack)(rows, columns, at<float>(x), at<float>(centre), at<float>(packed), at<float>(norm));
  return VC_OK;
}

int32_t vc_cpu_distance_rows(int32_t isa, int64_t columns, int64_t first, int64_t end, int64_t x, int64_t packed_x,
                             int64_t norm_x, int64_t y_rows, int64_t y, int64_t packed_y, int64_t norm_y, int32_t squared,
                             int64_t scratch, int64_t out) {
  if (int32_t bad = check_isa("distance_rows", isa)) return bad;
  if (first < 0 || first > end || first % kPanel || !whole(end, columns, x, packed_x, norm_x) ||
      !whole(y_rows, columns, y, packed_y, norm_y))
    return missing("distance_rows", "operand");
  if (first == end || y_rows == 0) return VC_OK;
  if (!scratch || !out) return missing("distance_rows", scratch ? "output" : "scratch");
  const row_set block = rows_from(rows_of(end, x, packed_x, norm_x), columns, first, end - first);
  VC_PICK(isa, distance_rows)(columns, block, rows_of(y_rows, y, packed_y, norm_y), squared != 0, at<float>(scratch),
                              at<float>(out) + first * y_rows, y_rows);
  return VC_OK;
}

int32_t vc_cpu_distance_sum(int32_t isa, int64_t columns, int64_t first, int64_t end, int64_t x, int64_t packed_x,
                            int64_t norm_x, int64_t y_rows, int64_t y, int64_t packed_y, int64_t norm_y, int32_t same,
                            int64_t scratch, int64_t sum) {
  if (int32_t bad = check_isa("distance_sum", isa)) return bad;
  if (first < 0 || first > end || first % kPanel || end - first > kBlock || !whole(end, columns, x, packed_x, norm_x) ||
      !whole(y_rows, columns, y, packed_y, norm_y) || !scratch || !sum || (same && y_rows < end))
    return missing("distance_sum", "operand, or too many rows at once");
  const row_set block = rows_from(rows_of(end, x, packed_x, norm_x), columns, first, end - first);
  row_set others = rows_of(y_rows, y, packed_y, norm_y);
  if (same) others = rows_from(others, columns, first, y_rows - first);
  *at<double>(sum) = VC_PICK(isa, distance_sum)(columns, block, others, same != 0, at<float>(scratch));
  return VC_OK;
}

int32_t vc_cpu_energy_gradient(int32_t isa, int64_t columns, int64_t first, int64_t x_rows, int64_t x, int64_t packed_x,
                               int64_t norm_x, int64_t y_rows, int64_t y, int64_t packed_y, int64_t norm_y, int64_t weight,
                               int64_t scratch, int64_t gradient, int64_t sums) {
  if (int32_t bad = check_isa("energy_gradient", isa)) return bad;
  if (first < 0 || first >= x_rows || first % kBlock || !whole(x_rows, columns, x, packed_x, norm_x) ||
      !whole(y_rows, columns, y, packed_y, norm_y) || !weight || !scratch || (columns && !gradient) || !sums)
    return missing("energy_gradient", "operand");
  VC_PICK(isa, energy_gradient)(columns, rows_of(x_rows, x, packed_x, norm_x), rows_of(y_rows, y, packed_y, norm_y), first,
                                *at<float>(weight), at<float>(scratch), at<float>(gradient), at<double>(sums));
  return VC_OK;
}

int32_t vc_cpu_energy_finish(int64_t pairs, int64_t s, int64_t t, int64_t x_chunks, int64_t chunks, int32_t inside, int64_t sums,
                             int64_t out) {
  if (pairs < 0 || x_chunks < 0 || chunks < x_chunks || (pairs && (!out || (chunks && !sums))))
    return missing("energy_finish", "operand");
  for (int64_t p = 0; p < pairs; ++p) {
    double xx = 0, xy = 0, yy = 0;
    for (int64_t c = 0; c < chunks; ++c) {
      const double* sum = at<double>(sums) + 2 * (p * chunks + c);
      if (c < x_chunks) {
        if (inside) xx += sum[0];
        xy += sum[1];
      } else {
        yy += sum[1];
      }
    }
    const double between = xy / (double(s) * double(t));  // of an empty set: not a number
    at<float>(out)[p] =
        float(inside ? between - xx / (2 * double(s) * double(s)) - yy / (2 * double(t) * double(t)) : between);
  }
  return VC_OK;
}

int64_t vc_cpu_distance_scratch(int32_t gradient) {
  const int64_t floats = gradient ? 2 * kOthers * kBlock + kBlock + kPanel * kBlock : kBlock * kBlock;
  return floats * int64_t(sizeof(float)) + (gradient ? kOthers : 0);
}

int32_t vc_cpu_group_units(int64_t rows, int64_t groups, int64_t start, int64_t unit_of, int64_t panel_of) {
  if (rows < 0 || groups < 0 || !start || !unit_of || !panel_of) return missing("group_units", "operand");
  const int64_t* from = at<int64_t>(start);
  int64_t *unit = at<int64_t>(unit_of), *panel = at<int64_t>(panel_of);
  unit[0] = panel[0] = 0;
  for (int64_t g = 0; g < groups; ++g) {
    if (from[g] < 0 || from[g + 1] < from[g] || from[g + 1] > rows)
      return fail(VC_BAD_INDEX, "group_distances: group %lld is rows %lld to %lld of %lld", (long long)g, (long long)from[g],
                  (long long)from[g + 1], (long long)rows);
    const int64_t here = from[g + 1] - from[g];
    unit[g + 1] = unit[g] + units_in(here);
    panel[g + 1] = panel[g] + panels(here);
  }
  return VC_OK;
}

int32_t vc_cpu_group_pack(int32_t isa, int64_t columns, int64_t group, int64_t start, int64_t panel_of, int64_t x,
                          int64_t centre, int64_t packed, int64_t norm) {
  if (int32_t bad = check_isa("group_pack", isa)) return bad;
  if (columns < 0 || group < 0 || !start || !panel_of || !norm || (columns && !centre)) return missing("group_pack", "operand");
  const int64_t first = at<int64_t>(start)[group], panel = at<int64_t>(panel_of)[group];
  VC_PICK(isa, distance_pack)(at<int64_t>(start)[group + 1] - first, columns, at<float>(x) + first * columns, at<float>(centre),
                              at<float>(packed) + panel * kPanel * columns, at<float>(norm) + panel * kPanel);
  return VC_OK;
}

int32_t vc_cpu_group_unit_sums(int32_t isa, int64_t columns, int64_t groups, int64_t unit, int64_t start, int64_t unit_of,
                               int64_t panel_of, int64_t x, int64_t packed, int64_t norm, int64_t scratch, int64_t sums) {
  if (int32_t bad = check_isa("group_unit_sums", isa)) return bad;
  if (columns < 0 || groups < 0 || unit < 0 || !start || !unit_of || !panel_of || !norm || !scratch || !sums)
    return missing("group_unit_sums", "operand");
  const int64_t *from = at<int64_t>(start), *units = at<int64_t>(unit_of), *panel = at<int64_t>(panel_of);
  if (unit >= units[groups]) return VC_OK;
  int64_t low = 0, high = groups;  // the group that holds the unit
  while (high - low > 1) {
    const int64_t middle = (low + high) / 2;
    (units[middle] <= unit ? low : high) = middle;
  }
  const auto group = [&](int64_t g) {
    return row_set{from[g + 1] - from[g], at<float>(x) + from[g] * columns, at<float>(packed) + panel[g] * kPanel * columns,
                   at<float>(norm) + panel[g] * kPanel};
  };
  const row_set own = group(low);
  const int64_t each = unit_rows(own.rows), first = (unit - units[low]) * each;
  const int64_t rows = own.rows - first < each ? own.rows - first : each;
  double* to = at<double>(sums) + unit * groups;
  if (rows <= 0) {  // an even cut can leave nothing for the last unit
    for (int64_t h = low; h < groups; ++h) to[h] = 0;
    return VC_OK;
  }
  const row_set block = rows_from(own, columns, first, rows);
  const auto sum = VC_PICK(isa, distance_sum);
  to[low] = sum(columns, block, rows_from(own, columns, first, own.rows - first), true, at<float>(scratch));
  for (int64_t h = low + 1; h < groups; ++h) to[h] = sum(columns, block, group(h), false, at<float>(scratch));
  return VC_OK;
}

int32_t vc_cpu_group_finish(int64_t groups, int64_t start, int64_t unit_of, int64_t sums, int64_t means, int64_t energy) {
  if (groups < 0 || !start || !unit_of || (groups && (!means || !energy))) return missing("group_finish", "operand");
  const int64_t *from = at<int64_t>(start), *units = at<int64_t>(unit_of);
  const auto mean = [&](int64_t g, int64_t h) {
    double sum = 0;
    for (int64_t u = units[g]; u < units[g + 1]; ++u) sum += at<double>(sums)[u * groups + h];
    return sum / (double(from[g + 1] - from[g]) * double(from[h + 1] - from[h]));
  };
  for (int64_t g = 0; g < groups; ++g)
    for (int64_t h = g; h < groups; ++h) {
      const double m = mean(g, h);
      at<float>(means)[g * groups + h] = at<float>(means)[h * groups + g] = float(m);
      // of a group with itself exactly 0, and not a number where its mean is none
      at<float>(energy)[g * groups + h] = at<float>(energy)[h * groups + g] = float(2 * m - mean(g, g) - mean(h, h));
    }
  return VC_OK;
}

}  // extern "C"
