// SPDX-License-Identifier: BSD-3-Clause
#include "actors/runtime/shell/spawn.hpp"

#include <caf/message_view.hpp>
#include <caf/scheduled_actor.hpp>
#include <caf/sec.hpp>

#include <string>

namespace troupe {
namespace {

caf::error crashed(const node_context& context, const std::exception_ptr& thrown) {
  peer_id charged;
  std::string what;
  try {
    std::rethrow_exception(thrown);
  } catch (const charged_crash& crash) {
    charged = crash.peer();
    what = crash.what();
  } catch (const std::exception& crash) {
    what = crash.what();
  } catch (...) {
    what = "an exception of unknown type";
  }
  const auto by = charged.empty() ? std::string{} : " while serving " + short_name(charged);
  context.line(log_level::error, "crashed" + by + ": " + what);
  return crash_error(what, charged);
}

} // namespace

void guard(caf::scheduled_actor& self, std::shared_ptr<const node_context> context) {
  // The exception handler owns the context; the others borrow it, as a bare pointer spares them an allocation
  // per actor.
  const auto* borrowed = context.get();
  self.set_exception_handler(
    [context](caf::scheduled_actor*, std::exception_ptr& thrown) { return crashed(*context, thrown); });
  self.set_default_handler(
    [borrowed](caf::scheduled_actor*, caf::message_view& unexpected) -> caf::result<caf::message> {
      borrowed->line(log_level::warn, "dropped an unexpected message " + unexpected.content().stringify());
      return caf::sec::unexpected_message;
    });
  self.set_down_handler([borrowed](caf::scheduled_actor*, caf::down_msg& down) {
    borrowed->line(log_level::debug, "a watched actor ended: " + cause_of(down.reason).text);
  });
  self.set_error_handler([borrowed](caf::scheduled_actor*, caf::error& stray) {
    borrowed->line(log_level::warn, "ignored a stray error: " + caf::to_string(stray));
  });
}

} // namespace troupe
