// SPDX-License-Identifier: BSD-3-Clause
#include "messages/coding/erasure.hpp"

#include "messages/types/assert.hpp"

#include <isa-l/erasure_code.h>

#include <algorithm>
#include <optional>

namespace troupe::coding {
namespace {

constexpr std::size_t table_size = 32; // bytes of ISA-L's expanded table for one coefficient

bytes matrix_of(erasure_code code) {
  bytes matrix(code.total * code.needed);
  gf_gen_cauchy1_matrix(matrix.data(), static_cast<int>(code.total), static_cast<int>(code.needed));
  return matrix;
}

/// What each row of coefficients makes of the sources, all of `length` bytes.
void combine(std::size_t length, std::size_t columns, const bytes& rows, std::vector<std::uint8_t*> sources,
             std::vector<std::uint8_t*> results) {
  if (length == 0 || results.empty())
    return;
  bytes coefficients = rows;
  bytes tables(rows.size() * table_size);
  ec_init_tables(static_cast<int>(columns), static_cast<int>(results.size()), coefficients.data(),
                 tables.data());
  ec_encode_data(static_cast<int>(length), static_cast<int>(columns), static_cast<int>(results.size()),
                 tables.data(), sources.data(), results.data());
}

/// By index, the first of each; as many as are needed.
expected<std::vector<indexed_fragment>, erasure_errc> chosen(std::span<const indexed_fragment> fragments,
                                                             erasure_code code, std::size_t length) {
  std::vector<std::optional<indexed_fragment>> by_index(code.total);
  std::size_t found = 0;
  for (const auto& one : fragments) {
    if (one.index >= code.total)
      return unexpected(erasure_errc::wrong_index);
    if (one.data.size() != length)
      return unexpected(erasure_errc::wrong_length);
    if (found == code.needed || by_index[one.index])
      continue;
    by_index[one.index] = one;
    ++found;
  }
  if (found < code.needed)
    return unexpected(erasure_errc::too_few);
  std::vector<indexed_fragment> result;
  for (const auto& one : by_index)
    if (one)
      result.push_back(*one);
  return result;
}

/// Rows that make the missing parts of the payload out of the chosen fragments.
bytes rows_for(const std::vector<std::size_t>& missing, const std::vector<indexed_fragment>& given,
               erasure_code code) {
  const auto matrix = matrix_of(code);
  bytes square;
  for (const auto& one : given)
    square.insert(square.end(), matrix.begin() + static_cast<std::ptrdiff_t>(one.index * code.needed),
                  matrix.begin() + static_cast<std::ptrdiff_t>((one.index + 1) * code.needed));
  bytes inverse(square.size());
  const auto singular = gf_invert_matrix(square.data(), inverse.data(), static_cast<int>(code.needed));
  TROUPE_ASSERT(singular == 0); // any rows of such a matrix are independent
  bytes rows;
  for (const auto index : missing)
    rows.insert(rows.end(), inverse.begin() + static_cast<std::ptrdiff_t>(index * code.needed),
                inverse.begin() + static_cast<std::ptrdiff_t>((index + 1) * code.needed));
  return rows;
}

void require(erasure_code code) {
  TROUPE_ASSERT(code.needed >= 1 && code.needed <= code.total && code.total <= fragments_max);
}

} // namespace

std::vector<bytes> encode(byte_view payload, erasure_code code) {
  require(code);
  const auto length = fragment_size(payload.size(), code.needed);
  std::vector<bytes> fragments(code.total, bytes(length));
  for (std::size_t i = 0; i < code.needed && i * length < payload.size(); ++i) {
    const auto part = payload.subspan(i * length, std::min(length, payload.size() - i * length));
    std::copy(part.begin(), part.end(), fragments[i].begin());
  }
  std::vector<std::uint8_t*> sources;
  std::vector<std::uint8_t*> results;
  for (std::size_t i = 0; i < code.total; ++i)
    (i < code.needed ? sources : results).push_back(fragments[i].data());
  const auto matrix = matrix_of(code);
  combine(length, code.needed,
          {matrix.begin() + static_cast<std::ptrdiff_t>(code.needed * code.needed), matrix.end()},
          std::move(sources), std::move(results));
  return fragments;
}

expected<bytes, erasure_errc> decode(std::span<const indexed_fragment> fragments, erasure_code code,
                                     std::size_t size) {
  require(code);
  const auto length = fragment_size(size, code.needed);
  const auto given = chosen(fragments, code, length);
  if (!given)
    return unexpected(given.error());
  bytes payload(length * code.needed);
  std::vector<std::uint8_t*> sources;
  std::vector<bool> present(code.needed, false);
  for (const auto& one : *given) {
    sources.push_back(const_cast<std::uint8_t*>(one.data.data())); // ISA-L only reads them
    if (one.index >= code.needed)
      continue;
    present[one.index] = true;
    std::copy(one.data.begin(), one.data.end(),
              payload.begin() + static_cast<std::ptrdiff_t>(one.index * length));
  }
  std::vector<std::size_t> missing;
  std::vector<std::uint8_t*> results;
  for (std::size_t i = 0; i < code.needed; ++i)
    if (!present[i]) {
      missing.push_back(i);
      results.push_back(payload.data() + i * length);
    }
  if (!missing.empty() && length > 0)
    combine(length, code.needed, rows_for(missing, *given, code), std::move(sources), std::move(results));
  payload.resize(size);
  return payload;
}

} // namespace troupe::coding
