//! Strongly connected components of a graph given as lists of successors.

/// The component of each node. A component's number is larger than those of all components it leads to.
pub(in crate::datalog) fn components(successors: &[Vec<usize>]) -> Vec<usize> {
    let mut search = Search {
        successors,
        order: vec![None; successors.len()],
        low: vec![0; successors.len()],
        component: vec![None; successors.len()],
        stack: Vec::new(),
        next_order: 0,
        next_component: 0,
    };
    for node in 0..successors.len() {
        search.visit(node);
    }
    search.component.into_iter().map(|component| component.expect("every node is visited")).collect()
}

/// Tarjan's algorithm with a stack of its own, since programs may be deeper than the machine's stack.
struct Search<'a> {
    successors: &'a [Vec<usize>],
    order: Vec<Option<usize>>,
    low: Vec<usize>,
    component: Vec<Option<usize>>,
    stack: Vec<usize>,
    next_order: usize,
    next_component: usize,
}

impl Search<'_> {
    fn visit(&mut self, root: usize) {
        if self.order[root].is_some() {
            return;
        }
        self.enter(root);
        // Nodes on the way, each with the number of successors it has looked at.
        let mut way = vec![(root, 0)];
        while let Some((node, seen)) = way.last_mut() {
            let node = *node;
            if let Some(&next) = self.successors[node].get(*seen) {
                *seen += 1;
                match self.order[next] {
                    None => {
                        self.enter(next);
                        way.push((next, 0));
                    }
                    Some(order) if self.component[next].is_none() => self.low[node] = self.low[node].min(order),
                    Some(_) => {}
                }
                continue;
            }
            way.pop();
            if let Some(&(above, _)) = way.last() {
                self.low[above] = self.low[above].min(self.low[node]);
            }
            if Some(self.low[node]) == self.order[node] {
                self.close(node);
            }
        }
    }

    fn enter(&mut self, node: usize) {
        self.order[node] = Some(self.next_order);
        self.low[node] = self.next_order;
        self.next_order += 1;
        self.stack.push(node);
    }

    fn close(&mut self, root: usize) {
        while let Some(node) = self.stack.pop() {
            self.component[node] = Some(self.next_component);
            if node == root {
                break;
            }
        }
        self.next_component += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_are_numbered_from_the_leaves() {
        let graph = [vec![1], vec![2, 3], vec![1], vec![4], vec![], vec![5]];
        assert_eq!(components(&graph), [3, 2, 2, 1, 0, 4]);
    }

    #[test]
    fn a_long_path_needs_no_stack() {
        let graph: Vec<Vec<usize>> = (0..200_000).map(|i| if i + 1 < 200_000 { vec![i + 1] } else { vec![] }).collect();
        assert_eq!(components(&graph)[0], 199_999);
    }
}
